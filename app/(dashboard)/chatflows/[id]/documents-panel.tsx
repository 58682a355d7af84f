"use client";

import { ActionIcon, Button, Group, Modal, Stack } from "@mantine/core";
import { IconFileText, IconPlus, IconTrash } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import { removeDocumentAction } from "../actions";
import { DocumentPicker } from "../document-picker";
import { useDocumentDrafts } from "../use-document-drafts";
import { counted, sizeText } from "../wording";
import classes from "./detail.module.css";

interface Props {
  chatflowId: string;
  documents: DocumentSummary[];
  canWrite: boolean;
}

/** What the chatflow answers from. */
export function DocumentsPanel({ chatflowId, documents, canWrite }: Props) {
  const [removing, setRemoving] = useState<DocumentSummary | null>(null);
  return (
    <section className={classes.card} aria-labelledby="documents-title">
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle} id="documents-title">
          Documents
        </h2>
        {canWrite && <AddDocuments chatflowId={chatflowId} existing={documents.map(({ name }) => name)} />}
      </div>
      {documents.length === 0 && (
        <p className={classes.hint}>No documents yet. A chatflow without documents answers nothing.</p>
      )}
      <ul className={classes.documents}>
        {documents.map((document) => (
          <li key={document.id} className={classes.document}>
            <IconFileText size={17} stroke={1.5} aria-hidden="true" />
            <span className={classes.documentName}>{document.name}</span>
            <span className={classes.documentFacts}>
              {sizeText(document.size)} · {counted(document.passageCount, "passage")}
            </span>
            {canWrite && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${document.name}`}
                onClick={() => setRemoving(document)}
              >
                <IconTrash size={16} stroke={1.6} aria-hidden="true" />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {removing && <RemoveDocument chatflowId={chatflowId} document={removing} onClose={() => setRemoving(null)} />}
    </section>
  );
}

function AddDocuments({ chatflowId, existing }: { chatflowId: string; existing: string[] }) {
  const router = useRouter();
  const source = useDocumentDrafts();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, startTransition] = useTransition();

  function close() {
    // What is being sent would go on unseen.
    if (!isPending) setIsOpen(false);
  }

  function add() {
    if (!source.check()) return;
    startTransition(async () => {
      const { added, failed } = await source.upload(chatflowId);
      if (failed === 0) setIsOpen(false);
      if (added > 0) router.refresh();
    });
  }

  return (
    <>
      <Button variant="default" leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={() => setIsOpen(true)}>
        Add documents
      </Button>
      <Modal opened={isOpen} onClose={close} title="Add documents" size="lg" closeOnClickOutside={false}>
        <Stack gap="md">
          <DocumentPicker source={source} existing={existing} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} disabled={isPending}>
              Cancel
            </Button>
            <Button onClick={add} loading={isPending} disabled={source.drafts.length === 0}>
              Add
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function RemoveDocument({
  chatflowId,
  document,
  onClose,
}: {
  chatflowId: string;
  document: DocumentSummary;
  onClose: () => void;
}) {
  const router = useRouter();
  const [failure, setFailure] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();
  const remove = () =>
    startTransition(async () => {
      const result = await removeDocumentAction({ chatflowId, documentId: document.id }).catch(() => null);
      if (!result?.ok) {
        setFailure(result?.error.message ?? "Flowlatch could not be reached. Nothing was removed.");
        return;
      }
      onClose();
      router.refresh();
    });
  const close = () => {
    if (!isPending) onClose();
  };
  return (
    <Modal opened onClose={close} title="Remove document">
      <p className={classes.hint}>“{document.name}” goes, and no answer rests on it from the next question on.</p>
      <p role="alert">{failure}</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close} disabled={isPending} data-autofocus>
          Cancel
        </Button>
        <Button color="red" loading={isPending} onClick={remove}>
          Remove
        </Button>
      </Group>
    </Modal>
  );
}
