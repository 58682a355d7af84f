"use client";

import { ActionIcon, Button } from "@mantine/core";
import { IconFileText, IconPlus, IconReplace, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { RelativeTime } from "@/components/relative-time";
import { useLazyPart } from "@/components/use-lazy-part";
import type { DocumentSummary } from "@/lib/chatflows/schema";
import type { EngineKind } from "@/lib/engines/config";
import { counted, sizeText } from "../wording";
import classes from "./detail.module.css";
import type { DocumentRequest } from "./documents/document-dialogs";

const load = () => import("./documents/document-dialogs").then((module) => module.DocumentDialogs);

/** Takes the focus when a row went with its buttons. */
const addDocumentsId = "add-documents";

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

/** What the chatflow answers from. */
export function DocumentsPanel({ chatflowId, engineKind, documents, canWrite, now }: Props) {
  const [request, setRequest] = useState<DocumentRequest | null>(null);
  const { Part: Dialogs, whenLoaded } = useLazyPart(load);
  const open = (next: DocumentRequest) => whenLoaded(() => setRequest(next));
  const hint = hintFor(engineKind, documents.length > 0);
  return (
    <section className={classes.card} aria-labelledby="documents-title">
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle} id="documents-title">
          Documents
        </h2>
        {canWrite && (
          <Button
            id={addDocumentsId}
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden="true" />}
            onClick={(event) => open({ kind: "add", opener: event.currentTarget })}
          >
            Add documents
          </Button>
        )}
      </div>
      {hint && <p className={classes.hint}>{hint}</p>}
      <ul className={classes.documents}>
        {documents.map((document) => (
          <Row key={document.id} document={document} canWrite={canWrite} now={now} onOpen={open} />
        ))}
      </ul>
      {Dialogs && (
        <Dialogs
          chatflowId={chatflowId}
          documents={documents}
          request={request}
          fallbackId={addDocumentsId}
          onClose={() => setRequest(null)}
        />
      )}
    </section>
  );
}

interface RowProps {
  document: DocumentSummary;
  canWrite: boolean;
  now: Date;
  onOpen: (request: DocumentRequest) => void;
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
          onClick={(event) => onOpen({ kind: "preview", document, opener: event.currentTarget })}
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
            onClick={(event) => onOpen({ kind: "replace", document, opener: event.currentTarget })}
          >
            <IconReplace size={16} stroke={1.6} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove ${name}`}
            onClick={(event) => onOpen({ kind: "remove", document, opener: event.currentTarget })}
          >
            <IconTrash size={16} stroke={1.6} aria-hidden="true" />
          </ActionIcon>
        </>
      )}
    </li>
  );
}
