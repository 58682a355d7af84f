"use client";

import { ActionIcon, Button, Loader, Progress, Textarea, TextInput } from "@mantine/core";
import { IconFileText, IconX } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { PartFailure } from "@/components/part-failure";
import { retriable } from "@/components/retriable";
import classes from "./document-picker.module.css";
import { asksToReplace, type DocumentDraft, type DocumentDrafts } from "./use-document-drafts";
import { sizeText } from "./wording";

const FileDrop = lazy(retriable(() => import("./file-drop").then((module) => module.default), PartFailure));

/** Takes documents: chosen, dropped or pasted. */
export function DocumentPicker({ source }: { source: DocumentDrafts }) {
  return (
    <fieldset className={classes.picker}>
      <legend className={classes.legend}>{source.target.documentId ? "New file" : "Documents"}</legend>
      <Suspense fallback={<div className={classes.drop} aria-busy="true" />}>
        <FileDrop source={source} />
      </Suspense>
      {source.drafts.length > 0 && (
        <ul className={classes.drafts}>
          {source.drafts.map((draft) => (
            <Draft key={draft.id} draft={draft} source={source} />
          ))}
        </ul>
      )}
    </fieldset>
  );
}

function Draft({ draft, source }: { draft: DocumentDraft; source: DocumentDrafts }) {
  const { id, kind, name, text, size, error, progress, replaces } = draft;
  const title = name.trim() || "pasted text";
  return (
    <li className={classes.draft} aria-busy={progress !== null || undefined}>
      <div className={classes.draftHead}>
        <IconFileText size={17} stroke={1.5} aria-hidden="true" />
        {kind === "file" ? (
          <span className={classes.draftName}>{name}</span>
        ) : (
          <TextInput
            className={classes.draftName}
            aria-label="Title of the text"
            placeholder="Title"
            value={name}
            maxLength={250}
            autoFocus
            onChange={(event) => source.edit(id, { name: event.currentTarget.value })}
          />
        )}
        {size > 0 && <span className={classes.size}>{sizeText(size)}</span>}
        {progress === null ? (
          <ActionIcon variant="subtle" color="gray" aria-label={`Take away ${title}`} onClick={() => source.remove(id)}>
            <IconX size={16} aria-hidden="true" />
          </ActionIcon>
        ) : (
          <Loader size={16} aria-label={`Adding ${title}`} />
        )}
      </div>
      {kind === "text" && (
        <Textarea
          aria-label="Text"
          placeholder="Paste plain text or Markdown"
          autosize
          minRows={4}
          maxRows={10}
          value={text}
          onChange={(event) => source.edit(id, { text: event.currentTarget.value })}
        />
      )}
      {progress !== null && <Sending title={title} progress={progress} />}
      {replaces && !error && <p className={classes.hint}>Replaces the document of this name.</p>}
      {progress === null && asksToReplace(draft, source.target) && (
        <div className={classes.question}>
          <span>A document of this name is there already.</span>
          <Button variant="default" size="compact-sm" onClick={() => source.replace(id)}>
            Replace
          </Button>
        </div>
      )}
      <p className={classes.error} role="alert">
        {error}
      </p>
    </li>
  );
}

/** How much of it has arrived; once all has, it is being read. */
function Sending({ title, progress }: { title: string; progress: number }) {
  return (
    <div className={classes.sending}>
      <Progress
        className={classes.progress}
        size="sm"
        value={progress * 100}
        aria-label={`Sent of ${title}`}
        animated={progress >= 1}
      />
      <span className={classes.size}>{progress < 1 ? `${Math.floor(progress * 100)} %` : "Reading"}</span>
    </div>
  );
}
