"use client";

import { Button, Group, Modal, Stack } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import { DocumentPicker } from "../../document-picker";
import { useDocumentDrafts } from "../../use-document-drafts";
import { counted } from "../../wording";
import classes from "../detail.module.css";

interface Props {
  chatflowId: string;
  /** Names that other documents have. */
  existing: string[];
  /** The document whose place the new one takes. */
  replacing?: DocumentSummary;
  onClose: () => void;
  /** When all were added. */
  onAdded: () => void;
}

function outcome(added: number, failed: number): string {
  return `${counted(added, "document")} added. ${failed === 1 ? "One was not" : `${failed} were not`}: see below.`;
}

/** Adds documents, or replaces one. What could not be added stays, each with its reason. */
export function DocumentDialog({ chatflowId, existing, replacing, onClose, onAdded }: Props) {
  const router = useRouter();
  const source = useDocumentDrafts({ existing, ...(replacing && { documentId: replacing.id }) });
  const [message, setMessage] = useState("");
  // Not a transition: that would keep each file's progress back until all are through.
  const [isSending, setIsSending] = useState(false);

  function close() {
    // What is being sent would go on unseen.
    if (!isSending) onClose();
  }

  async function add() {
    setMessage("");
    setIsSending(true);
    const { added, failed } = await source.upload(chatflowId);
    setIsSending(false);
    if (added > 0) router.refresh();
    if (failed === 0) onAdded();
    else if (added > 0) setMessage(outcome(added, failed));
  }

  return (
    <Modal
      opened
      onClose={close}
      title={replacing ? "Replace document" : "Add documents"}
      size="lg"
      closeOnClickOutside={false}
    >
      <Stack gap="md">
        {replacing && (
          <p className={classes.hint}>
            The new file takes the place of “{replacing.name}”, also under another name. From the next question on
            answers rest on it.
          </p>
        )}
        <p className={classes.status} role="status">
          {message}
        </p>
        <DocumentPicker source={source} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} disabled={isSending}>
            {message ? "Close" : "Cancel"}
          </Button>
          <Button onClick={add} loading={isSending} disabled={source.drafts.length === 0}>
            {replacing ? "Replace document" : "Add"}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
