"use client";

import { ActionIcon, Button } from "@mantine/core";
import { IconFileText, IconPlus, IconReplace, IconTrash } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { RelativeTime } from "@/components/relative-time";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import type { EngineKind } from "@/lib/engines/config";
import { counted, sizeText } from "../wording";
import classes from "./detail.module.css";

const DocumentDialog = lazy(() => import("./documents/document-dialog"));
const RemoveDocument = lazy(() => import("./documents/remove-document"));
const PreviewDocument = lazy(() => import("./documents/preview-document"));

/** What is to know of a chatflow's documents before one has read their list; null where nothing is. */
function hintFor(engineKind: EngineKind, hasDocuments: boolean): string | null {
  if (engineKind === "flowise") return "A flow does not read these: the documents it knows are in Flowise.";
  if (hasDocuments) return null;
  return engineKind === "model"
    ? "No documents. Add some, and the model answers from what they say."
    : "No documents yet: there is nothing to answer from.";
}

interface Props {
  chatflowId: string;
  /** As it is saved. */
  engineKind: EngineKind;
  documents: DocumentSummary[];
  canWrite: boolean;
  /** When the page was made, so that "2 days ago" is the same there and here. */
  now: Date;
}

type Open = { kind: "add" } | { kind: "preview" | "replace" | "remove"; document: DocumentSummary };

/** What the chatflow answers from. */
export function DocumentsPanel({ chatflowId, engineKind, documents, canWrite, now }: Props) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const hint = hintFor(engineKind, documents.length > 0);
  const existing = documents.map(({ name }) => name);
  return (
    <section className={classes.card} aria-labelledby="documents-title">
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle} id="documents-title">
          Documents
        </h2>
        {canWrite && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden="true" />}
            onClick={() => setOpen({ kind: "add" })}
          >
            Add documents
          </Button>
        )}
      </div>
      {hint && <p className={classes.hint}>{hint}</p>}
      <ul className={classes.documents}>
        {documents.map((document) => (
          <Row key={document.id} document={document} canWrite={canWrite} now={now} onOpen={setOpen} />
        ))}
      </ul>
      <Suspense>
        {open?.kind === "add" && <DocumentDialog chatflowId={chatflowId} existing={existing} onClose={close} />}
        {open?.kind === "replace" && (
          <DocumentDialog
            chatflowId={chatflowId}
            existing={existing.filter((name) => name !== open.document.name)}
            replacing={open.document}
            onClose={close}
          />
        )}
        {open?.kind === "remove" && <RemoveDocument chatflowId={chatflowId} document={open.document} onClose={close} />}
        {open?.kind === "preview" && (
          <PreviewDocument chatflowId={chatflowId} document={open.document} onClose={close} />
        )}
      </Suspense>
    </section>
  );
}

interface RowProps {
  document: DocumentSummary;
  canWrite: boolean;
  now: Date;
  onOpen: (open: Open) => void;
}

function Row({ document, canWrite, now, onOpen }: RowProps) {
  const { name, size, passageCount, createdAt } = document;
  return (
    <li className={classes.document}>
      <IconFileText size={17} stroke={1.5} aria-hidden="true" />
      <div className={classes.documentText}>
        <button
          type="button"
          className={classes.documentName}
          aria-label={`Preview ${name}`}
          onClick={() => onOpen({ kind: "preview", document })}
        >
          {name}
        </button>
        <span className={classes.documentFacts}>
          {sizeText(size)} · {counted(passageCount, "passage")} · <RelativeTime date={createdAt} now={now} />
        </span>
      </div>
      {canWrite && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Replace ${name}`}
            onClick={() => onOpen({ kind: "replace", document })}
          >
            <IconReplace size={16} stroke={1.6} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove ${name}`}
            onClick={() => onOpen({ kind: "remove", document })}
          >
            <IconTrash size={16} stroke={1.6} aria-hidden="true" />
          </ActionIcon>
        </>
      )}
    </li>
  );
}
