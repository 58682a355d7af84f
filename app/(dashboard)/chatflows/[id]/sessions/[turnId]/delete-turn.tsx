"use client";

import { ActionIcon } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { focusBack } from "@/components/focus-back";
import { useSubmit } from "@/components/use-submit";
import { deleteTurnAction } from "../actions";

/** Deletes one question with its answer. */
export function DeleteTurn({ chatflowId, turnId, question }: { chatflowId: string; turnId: string; question: string }) {
  const router = useRouter();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const { submit, failure, isPending } = useSubmit<{ turnId: string | null }>(
    "Flowlatch could not be reached. Try again to be sure.",
    ({ turnId: rest }) => {
      closeTo(null);
      const path = `/chatflows/${chatflowId}/sessions`;
      // The page may be named after the turn that is gone.
      router.replace(rest ? `${path}/${rest}` : path);
      router.refresh();
    },
  );

  function closeTo(opener: HTMLElement | null) {
    setIsOpen(false);
    focusBack(opener);
  }

  return (
    <>
      <ActionIcon
        ref={button}
        variant="subtle"
        color="gray"
        size={30}
        aria-label={`Delete the turn “${question}”`}
        onClick={() => setIsOpen(true)}
      >
        <IconTrash size={16} stroke={1.6} aria-hidden="true" />
      </ActionIcon>
      {isOpen && (
        <ConfirmDialog
          isOpen
          title="Delete turn"
          confirm="Delete turn"
          failure={failure?.message}
          isPending={isPending}
          onConfirm={() => submit(() => deleteTurnAction({ chatflowId, turnId }))}
          onClose={() => closeTo(button.current)}
        >
          The question “{question}” and its answer are deleted, and the chatflow no longer remembers them. This cannot
          be undone.
        </ConfirmDialog>
      )}
    </>
  );
}
