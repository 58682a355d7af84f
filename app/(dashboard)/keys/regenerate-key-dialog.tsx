"use client";

import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import classes from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { useLeaveGuard } from "@/components/use-leave-guard";
import { useSubmit } from "@/components/use-submit";
import { type ApiKeySummary, maskToken, type RegeneratedApiKey } from "@/lib/api-keys/schema";
import { regenerateApiKeyAction } from "./actions";
import { AffectedChatflows } from "./affected-chatflows";
import { type ChosenOverlap, OverlapField } from "./overlap-field";

const unreachable =
  "No answer came back, so the old token may have stopped already. Check your connection and regenerate again to get a token you can read.";

const nothing = () => {};

export function RegenerateKeyDialog({
  apiKey,
  onClose,
  onIssued,
}: {
  apiKey: ApiKeySummary;
  onClose: () => void;
  onIssued: (issued: RegeneratedApiKey) => void;
}) {
  const [oldTokenStops, setOldTokenStops] = useState<ChosenOverlap>(null);
  const { submit, failure, setFailure, isPending } = useSubmit<RegeneratedApiKey>(unreachable, onIssued);
  const isFieldFailure = failure?.field === "oldTokenStops";
  const stopsNow = oldTokenStops === null;

  // Not to be closed or left while the answer is on its way: it holds the token.
  useLeaveGuard(isPending, nothing, nothing);

  function regenerate() {
    if (oldTokenStops === undefined || (oldTokenStops && Number.isNaN(oldTokenStops.getTime()))) {
      return setFailure({ field: "oldTokenStops", message: "Choose when the old token stops." });
    }
    submit(() => regenerateApiKeyAction({ id: apiKey.id, oldTokenStops }));
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
          <Button color={stopsNow ? "red" : undefined} loading={isPending} onClick={regenerate}>
            Regenerate
          </Button>
        </div>
      </div>
    </Modal>
  );
}
