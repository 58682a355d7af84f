"use client";

import { Alert, Button, Loader, Modal } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PassagePreview } from "@/lib/chatflows/documents-schema";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import { counted } from "../../wording";
import classes from "./preview.module.css";

interface Props {
  chatflowId: string;
  document: DocumentSummary;
  onClose: () => void;
}

interface Page {
  passages: PassagePreview[];
  next: number | null;
}

async function fetchPage(address: string): Promise<Page> {
  const response = await fetch(address).catch(() => null);
  if (response?.ok) return (await response.json()) as Page;
  const problem = (await response?.json().catch(() => null)) as { message?: string } | null | undefined;
  throw new Error(problem?.message ?? "Flowlatch could not be reached.");
}

/** A document as the search has it: its passages, in order. */
export function PreviewDocument({ chatflowId, document, onClose }: Props) {
  const [{ passages, next }, setPage] = useState<Page>({ passages: [], next: 0 });
  const [failure, setFailure] = useState<string | null>(null);
  const isLoading = useRef(false);

  const load = useCallback(
    async (from: number) => {
      if (isLoading.current) return;
      isLoading.current = true;
      setFailure(null);
      try {
        const page = await fetchPage(`/chatflows/${chatflowId}/documents/${document.id}?from=${from}`);
        setPage((shown) => ({ passages: [...shown.passages, ...page.passages], next: page.next }));
      } catch (error) {
        setFailure((error as Error).message);
      } finally {
        isLoading.current = false;
      }
    },
    [chatflowId, document.id],
  );
  useEffect(() => void load(0), [load]);

  return (
    <Modal opened onClose={onClose} title={document.name} size="xl">
      <p className={classes.hint}>
        {counted(document.passageCount, "passage")}, as questions find them. An answer shows whole passages.
      </p>
      <ol className={classes.passages}>
        {passages.map(({ ordinal, heading, content }) => (
          <li key={ordinal} className={classes.passage}>
            <h3 className={classes.heading}>{heading || `Passage ${ordinal + 1}`}</h3>
            <p className={classes.content}>{content}</p>
          </li>
        ))}
      </ol>
      {failure && (
        <Alert color="red" variant="light" p="sm" role="alert">
          {failure}
        </Alert>
      )}
      {next !== null && passages.length === 0 && !failure && <Loader size={20} aria-label="Loading passages" />}
      {next !== null && (passages.length > 0 || failure) && (
        <Button variant="default" mt="md" onClick={() => load(next)}>
          {failure ? "Try again" : "Show more"}
        </Button>
      )}
    </Modal>
  );
}
