"use client";

import { focusBack } from "@/components/focus-back";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import { DocumentDialog } from "./document-dialog";
import { PreviewDocument } from "./preview-document";
import { RemoveDocument } from "./remove-document";

export type DocumentRequest = {
  /** Where the focus goes back to. */
  opener: HTMLElement;
} & ({ kind: "add" } | { kind: "preview" | "replace" | "remove"; document: DocumentSummary });

interface Props {
  chatflowId: string;
  documents: DocumentSummary[];
  request: DocumentRequest | null;
  /** Takes the focus when a row went with its buttons. */
  fallbackId: string;
  onClose: () => void;
}

/** The dialogs of a chatflow's documents. */
export function DocumentDialogs({ chatflowId, documents, request, fallbackId, onClose }: Props) {
  function closeTo(opener: HTMLElement | null) {
    onClose();
    focusBack(opener, fallbackId);
  }

  if (!request) return null;
  const shared = { chatflowId, onClose: () => closeTo(request.opener) };
  // The row goes, or another takes its place.
  const done = () => closeTo(null);
  const existing = documents.map(({ name }) => name);
  if (request.kind === "add") return <DocumentDialog {...shared} existing={existing} onAdded={done} />;
  const { document } = request;
  if (request.kind === "preview") return <PreviewDocument {...shared} document={document} />;
  if (request.kind === "remove") return <RemoveDocument {...shared} document={document} onRemoved={done} />;
  const others = existing.filter((name) => name !== document.name);
  return <DocumentDialog {...shared} existing={others} replacing={document} onAdded={done} />;
}
