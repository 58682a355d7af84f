"use client";

import { Button, Group, Modal } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useSubmit } from "@/components/use-submit";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import { removeDocumentAction } from "../../actions";
import classes from "../detail.module.css";

interface Props {
  chatflowId: string;
  document: DocumentSummary;
  onClose: () => void;
}

/** Asks before a document goes. */
export default function RemoveDocument({ chatflowId, document, onClose }: Props) {
  const router = useRouter();
  const { submit, failure, isPending } = useSubmit("Flowlatch could not be reached. Nothing was removed.", () => {
    onClose();
    router.refresh();
  });
  const close = () => {
    if (!isPending) onClose();
  };
  return (
    <Modal opened onClose={close} title="Remove document">
      <p className={classes.hint}>“{document.name}” goes, and no answer rests on it from the next question on.</p>
      <p role="alert">{failure?.message}</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close} disabled={isPending} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red"
          loading={isPending}
          onClick={() => submit(() => removeDocumentAction({ chatflowId, documentId: document.id }))}
        >
          Remove
        </Button>
      </Group>
    </Modal>
  );
}
