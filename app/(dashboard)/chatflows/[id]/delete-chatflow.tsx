"use client";

import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import { deleteChatflowAction } from "../actions";
import { counted } from "../wording";
import classes from "./detail.module.css";

interface Props {
  id: string;
  name: string;
  documentCount: number;
  keyName: string | undefined;
}

/** Deletes the chatflow, after its name was typed. */
export function DeleteChatflow({ id, name, documentCount, keyName }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [confirmName, setConfirmName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();

  function close() {
    if (!isPending) setIsOpen(false);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    startTransition(async () => {
      const result = await deleteChatflowAction({ id, confirmName }).catch(() => null);
      if (!result?.ok) {
        setError(result?.error.message ?? "Flowlatch could not be reached. Nothing was deleted.");
        return;
      }
      notifications.show({ message: `“${name}” was deleted` });
      router.replace("/chatflows");
    });
  }

  return (
    <section className={classes.card} aria-labelledby="delete-title">
      <div className={classes.foot} style={{ justifyContent: "space-between" }}>
        <div>
          <h2 className={classes.cardTitle} id="delete-title">
            Delete chatflow
          </h2>
          <p className={classes.hint}>Its address stops answering. This cannot be undone.</p>
        </div>
        <Button variant="default" onClick={() => setIsOpen(true)}>
          Delete
        </Button>
      </div>
      <Modal opened={isOpen} onClose={close} title="Delete chatflow">
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            <p className={classes.hint}>
              Every call to “{name}” is refused from the next one on. Its {counted(documentCount, "document")} and its
              sessions are deleted with it.{keyName && ` The key “${keyName}” stays.`}
            </p>
            <TextInput
              label={`Type “${name}” to delete it`}
              value={confirmName}
              error={error}
              autoComplete="off"
              data-autofocus
              onChange={(event) => {
                setConfirmName(event.currentTarget.value);
                setError(null);
              }}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close} disabled={isPending}>
                Cancel
              </Button>
              <Button type="submit" color="red" loading={isPending}>
                Delete chatflow
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </section>
  );
}
