"use client";

import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import classes from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { RelativeTime } from "@/components/relative-time";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { deleteApiKeyAction } from "./actions";
import { AffectedChatflows } from "./affected-chatflows";

interface Deleted {
  name: string;
  closedChatflows: { id: string; name: string }[];
}

function tell({ name, closedChatflows: { length } }: Deleted) {
  const closed = length === 0 ? "" : length === 1 ? " One chatflow closed." : ` ${length} chatflows closed.`;
  toast({ title: "Key deleted", message: `“${name}” no longer opens anything.${closed}` });
}

/** Deleting closes chatflows and cannot be undone, so it asks for the name. The server asks again. */
export function DeleteKeyDialog({
  apiKey,
  onClose,
  onDeleted,
}: {
  apiKey: ApiKeySummary;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const [typed, setTyped] = useState("");
  const { submit, failure, isPending } = useSubmit<Deleted>(
    "Flowlatch could not be reached. Check your connection and try again.",
    (deleted) => {
      onDeleted();
      tell(deleted);
    },
  );
  const goOn = apiKey.chatflows.filter(({ isOnlyKey }) => !isOnlyKey);
  const closing = {
    chatflows: apiKey.chatflows.filter(({ isOnlyKey }) => isOnlyKey),
    chatflowCount: apiKey.chatflowCount - goOn.length,
  };
  const isConfirmed = typed.normalize("NFC").trim() === apiKey.name;
  const isFieldFailure = failure?.field === "confirmName";

  function confirm(event: FormEvent) {
    event.preventDefault();
    if (isConfirmed) submit(() => deleteApiKeyAction({ id: apiKey.id, confirmName: typed }));
  }

  return (
    <Modal opened onClose={() => isPending || onClose()} title="Delete API key" returnFocus={false}>
      <form className={classes.form} onSubmit={confirm} noValidate>
        <FailureAlert message={isFieldFailure ? null : failure?.message} />
        <p className={classes.text}>
          <bdi className={classes.name}>{apiKey.name}</bdi> stops working at once, for good. It was{" "}
          {apiKey.lastUsedAt ? (
            <>
              last used <RelativeTime date={apiKey.lastUsedAt} now={new Date()} />
            </>
          ) : (
            "never used"
          )}
          .
        </p>
        <AffectedChatflows
          apiKey={closing}
          some="These chatflows close, and answer nobody until you give them another key:"
          none={
            apiKey.chatflowCount === 0
              ? "No chatflow uses this key, so none closes."
              : "No chatflow closes: those that use this key accept others as well."
          }
        />
        <TextInput
          label={
            <>
              Type <bdi className={classes.name}>{apiKey.name}</bdi> to confirm
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isFieldFailure && <span role="alert">{failure.message}</span>}
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
          data-autofocus
        />
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose} disabled={isPending}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={isPending} disabled={!isConfirmed} aria-disabled={!isConfirmed}>
            Delete key
          </Button>
        </div>
      </form>
    </Modal>
  );
}
