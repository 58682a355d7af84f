"use client";

import { ActionIcon, Button, Group, Modal } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useSubmit } from "@/components/use-submit";
import { deleteTurnAction } from "../actions";
import classes from "../sessions.module.css";

/** Deletes one question with its answer. */
export function DeleteTurn({ chatflowId, turnId, question }: { chatflowId: string; turnId: string; question: string }) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const { submit, failure, isPending } = useSubmit<{ turnId: string | null }>(
    "Flowlatch could not be reached. Try again to be sure.",
    ({ turnId: rest }) => {
      setIsOpen(false);
      const path = `/chatflows/${chatflowId}/sessions`;
      // The page may be named after the turn that is gone.
      router.replace(rest ? `${path}/${rest}` : path);
      router.refresh();
    },
  );
  const close = () => {
    if (!isPending) setIsOpen(false);
  };
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={30}
        aria-label={`Delete the turn “${question}”`}
        onClick={() => setIsOpen(true)}
      >
        <IconTrash size={16} stroke={1.6} aria-hidden="true" />
      </ActionIcon>
      <Modal opened={isOpen} onClose={close} title="Delete turn">
        <p className={classes.hint}>
          The question “{question}” and its answer are deleted, and the chatflow no longer remembers them. This cannot
          be undone.
        </p>
        <p className={classes.error} role="alert">
          {failure?.message}
        </p>
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={close} disabled={isPending} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={isPending}
            onClick={() => submit(() => deleteTurnAction({ chatflowId, turnId }))}
          >
            Delete turn
          </Button>
        </Group>
      </Modal>
    </>
  );
}
