"use client";

import { useRouter } from "next/navigation";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { unreachable } from "@/components/no-answer";
import { useSubmit } from "@/components/use-submit";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import { removeDocumentAction } from "../../actions";

interface Props {
  chatflowId: string;
  document: DocumentSummary;
  onClose: () => void;
  onRemoved: () => void;
}

/** Asks before a document goes. */
export function RemoveDocument({ chatflowId, document, onClose, onRemoved }: Props) {
  const router = useRouter();
  const { submit, failure, isPending } = useSubmit(unreachable, () => {
    onRemoved();
    router.refresh();
  });
  return (
    <ConfirmDialog
      isOpen
      title="Remove document"
      confirm="Remove"
      failure={failure?.message}
      isPending={isPending}
      onConfirm={() => submit(() => removeDocumentAction({ chatflowId, documentId: document.id }))}
      onClose={onClose}
    >
      “{document.name}” goes, and no answer rests on it from the next question on.
    </ConfirmDialog>
  );
}
