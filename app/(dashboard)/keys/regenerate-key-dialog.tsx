"use client";

import { Button, Modal } from "@mantine/core";
import classes from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { useSubmit } from "@/components/use-submit";
import { type ApiKeySummary, type IssuedApiKey, maskToken } from "@/lib/api-keys/schema";
import { regenerateApiKeyAction } from "./actions";
import { AffectedChatflows } from "./affected-chatflows";

const unreachable =
  "No answer came back, so the old token may have stopped already. Check your connection and regenerate again to get a token you can read.";

export function RegenerateKeyDialog({
  apiKey,
  onClose,
  onIssued,
}: {
  apiKey: ApiKeySummary;
  onClose: () => void;
  onIssued: (issued: IssuedApiKey) => void;
}) {
  const { submit, failure, isPending } = useSubmit<IssuedApiKey>(unreachable, onIssued);
  return (
    <Modal opened onClose={() => isPending || onClose()} title="Regenerate API key" returnFocus={false}>
      <div className={classes.form}>
        <FailureAlert message={failure?.message} />
        <p className={classes.text}>
          <bdi className={classes.name}>{apiKey.name}</bdi> gets a new token, shown once. The old one,{" "}
          <code className={classes.code}>{maskToken(apiKey.lastFour)}</code>, stops working at once.
        </p>
        <AffectedChatflows
          apiKey={apiKey}
          some="Callers of these chatflows are refused until they send the new token:"
          none="No chatflow uses this key, so no caller is affected."
        />
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose} disabled={isPending} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={isPending}
            onClick={() => submit(() => regenerateApiKeyAction({ id: apiKey.id }))}
          >
            Regenerate
          </Button>
        </div>
      </div>
    </Modal>
  );
}
