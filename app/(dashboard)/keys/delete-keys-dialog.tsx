"use client";

import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import classes from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { deleteApiKeysAction } from "./actions";
import type { ChosenKey } from "./key-selection";
import { countedChatflows, countedKeys } from "./wording";

interface Deleted {
  count: number;
  closedCount: number;
}

/** Keys and chatflows named in the dialog. */
const named = 20;

interface Props {
  apiKeys: ChosenKey[];
  onClose: () => void;
  onDeleted: () => void;
}

/** Deleting closes chatflows and cannot be undone, so it asks for the number. The server asks again. */
export function DeleteKeysDialog({ apiKeys, onClose, onDeleted }: Props) {
  const [typed, setTyped] = useState("");
  const { submit, failure, isPending } = useSubmit<Deleted>(
    "Flowlatch could not be reached. Check your connection and try again.",
    ({ count, closedCount }) => {
      onDeleted();
      const closed = closedCount > 0 ? ` ${countedChatflows(closedCount)} lost the key assigned to it.` : "";
      toast({ title: `${countedKeys(count)} deleted`, message: `Their tokens no longer open anything.${closed}` });
    },
  );
  const isConfirmed = typed.trim() === String(apiKeys.length);
  const isFieldFailure = failure?.field === "confirmCount";

  function confirm(event: FormEvent) {
    event.preventDefault();
    if (isConfirmed)
      submit(() => deleteApiKeysAction({ ids: apiKeys.map(({ id }) => id), confirmCount: Number(typed) }));
  }

  return (
    <Modal
      opened
      onClose={() => isPending || onClose()}
      title={`Delete ${countedKeys(apiKeys.length)}`}
      returnFocus={false}
    >
      <form className={classes.form} onSubmit={confirm} noValidate>
        <FailureAlert message={isFieldFailure ? null : failure?.message} />
        <div className={classes.note}>
          <p className={classes.text}>Their tokens stop working at once, for good:</p>
          <Names names={apiKeys.map(({ name }) => name)} total={apiKeys.length} />
        </div>
        <AffectedByMany apiKeys={apiKeys} />
        <TextInput
          label={`Type ${apiKeys.length} to confirm`}
          inputMode="numeric"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isFieldFailure && <span role="alert">{failure.message}</span>}
          autoComplete="off"
          data-1p-ignore
          data-autofocus
        />
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose} disabled={isPending}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={isPending} disabled={!isConfirmed} aria-disabled={!isConfirmed}>
            Delete {countedKeys(apiKeys.length)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** The chatflows that accept one of the keys. A key carries the names of its first ones alone, so that there may be more. */
function AffectedByMany({ apiKeys }: { apiKeys: ChosenKey[] }) {
  const chatflows = new Map(apiKeys.flatMap((key) => key.chatflows).map(({ id, name }) => [id, name]));
  const hasMore = apiKeys.some((key) => key.chatflowCount > key.chatflows.length);
  if (chatflows.size === 0) return <p className={classes.text}>No chatflow uses these keys, so none closes.</p>;
  return (
    <div className={classes.note}>
      <p className={classes.text}>
        {hasMore ? "More than " : ""}
        {countedChatflows(chatflows.size)} {chatflows.size === 1 && !hasMore ? "accepts" : "accept"} them, and close
        {chatflows.size === 1 && !hasMore ? "s" : ""} where no other key is left:
      </p>
      <Names names={[...chatflows.values()]} total={chatflows.size} />
    </div>
  );
}

function Names({ names, total }: { names: string[]; total: number }) {
  return (
    <ul className={classes.names}>
      {names.slice(0, named).map((name) => (
        <li key={name}>
          <bdi>{name}</bdi>
        </li>
      ))}
      {total > named && <li>and {(total - named).toLocaleString("en")} more</li>}
    </ul>
  );
}
