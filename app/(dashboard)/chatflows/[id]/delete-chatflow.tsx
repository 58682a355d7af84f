"use client";

import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
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
  const { submit, failure, setFailure, isPending } = useSubmit(
    "No answer came. If the chatflow is still there, delete it again: what was begun goes on.",
    () => {
      toast({ message: `“${name}” was deleted` });
      router.replace("/chatflows");
    },
  );

  function close() {
    if (!isPending) setIsOpen(false);
  }

  function remove(event: FormEvent) {
    event.preventDefault();
    submit(() => deleteChatflowAction({ id, confirmName }));
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
        <form onSubmit={remove} noValidate>
          <Stack gap="md">
            <p className={classes.hint}>
              Every call to “{name}” is refused from the next one on. Its {counted(documentCount, "document")} and its
              conversations are deleted with it, which takes some minutes if they are very many.
              {keyName && ` The key “${keyName}” stays.`}
            </p>
            <TextInput
              label={`Type “${name}” to delete it`}
              value={confirmName}
              error={failure?.message}
              autoComplete="off"
              data-autofocus
              onChange={(event) => {
                setConfirmName(event.currentTarget.value);
                setFailure(null);
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
