"use client";

import { ActionIcon } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { focusBack } from "@/components/focus-back";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { deleteLeadAction } from "../actions";

/** Deletes who a visitor said they are. */
export function DeleteLead({ chatflowId, leadId, name }: { chatflowId: string; leadId: string; name: string }) {
  const router = useRouter();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const { submit, failure, isPending } = useSubmit<{ id: string }>(
    "Flowlatch could not be reached. Try again to be sure.",
    () => {
      closeTo(null);
      toast({ message: "Lead deleted" });
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
        aria-label={`Delete the lead “${name}”`}
        onClick={() => setIsOpen(true)}
      >
        <IconTrash size={16} stroke={1.6} aria-hidden="true" />
      </ActionIcon>
      {isOpen && (
        <ConfirmDialog
          isOpen
          title="Delete lead"
          confirm="Delete lead"
          failure={failure?.message}
          isPending={isPending}
          onConfirm={() => submit(() => deleteLeadAction({ chatflowId, leadId }))}
          onClose={() => closeTo(button.current)}
        >
          What <bdi>{name}</bdi> told of themselves is deleted. This cannot be undone. What they asked stays among the
          conversations until you delete it there.
        </ConfirmDialog>
      )}
    </>
  );
}
