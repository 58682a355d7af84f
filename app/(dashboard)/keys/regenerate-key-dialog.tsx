"use client";

import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import classes from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { useLeaveGuard } from "@/components/use-leave-guard";
import { type ApiKeySummary, maskToken, type RegeneratedApiKey } from "@/lib/api-keys/schema";
import { AffectedChatflows } from "./affected-chatflows";
import { type ChosenOverlap, OverlapField } from "./overlap-field";
import { useRegenerate } from "./use-regenerate";

const nothing = () => {};

export function RegenerateKeyDialog({
  apiKey: opened,
  onClose,
  onIssued,
}: {
  apiKey: ApiKeySummary;
  onClose: () => void;
  onIssued: (issued: RegeneratedApiKey) => void;
}) {
  const [oldTokenStops, setOldTokenStops] = useState<ChosenOverlap>(null);
  const { apiKey, regenerate, failure, setFailure, isPending } = useRegenerate(opened, onIssued);
  const isFieldFailure = failure?.field === "oldTokenStops";
  const stopsNow = oldTokenStops === null;

  // Not to be closed or left while the answer is on its way: it holds the token.
  useLeaveGuard(isPending, nothing, nothing);

  function decide() {
    if (oldTokenStops === undefined || (oldTokenStops && Number.isNaN(oldTokenStops.getTime()))) {
      return setFailure({ field: "oldTokenStops", message: "Choose when the old token stops." });
    }
    regenerate(oldTokenStops);
  }

  return (
    <Modal opened onClose={() => isPending || onClose()} title="Regenerate API key" returnFocus={false}>
      <div className={classes.form}>
        <FailureAlert message={isFieldFailure ? null : failure?.message} />
        <p className={classes.text}>
          <bdi className={classes.name}>{apiKey.name}</bdi> gets a new token, shown once. The old one is{" "}
          <code className={classes.code}>{maskToken(apiKey.lastFour, apiKey.tokenSource)}</code>.
        </p>
        <OverlapField
          apiKey={apiKey}
          error={isFieldFailure ? failure.message : undefined}
          onChange={(chosen) => {
            setOldTokenStops(chosen);
            setFailure(null);
          }}
        />
        {apiKey.oldTokenStopsAt && (
          <p className={classes.text}>An older token that still works beside it stops now, whatever you choose.</p>
        )}
        <AffectedChatflows
          apiKey={apiKey}
          some={
            stopsNow
              ? "Callers of these chatflows are refused at once:"
              : "Callers of these chatflows have to change over:"
          }
          none="No chatflow uses this key, so no caller is affected."
        />
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose} disabled={isPending} data-autofocus>
            Cancel
          </Button>
          <Button color={stopsNow ? "red" : undefined} loading={isPending} onClick={decide}>
            Regenerate
          </Button>
        </div>
      </div>
    </Modal>
  );
}
