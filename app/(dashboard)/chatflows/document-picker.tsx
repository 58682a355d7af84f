"use client";

import { ActionIcon, Button, Loader, Textarea, TextInput } from "@mantine/core";
import { IconClipboardText, IconFileText, IconUpload, IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { documentExtensions, documentMaxBytes } from "@/lib/chatflows/documents-schema";
import classes from "./document-picker.module.css";
import type { DocumentDraft, DocumentDrafts } from "./use-document-drafts";
import { sizeText } from "./wording";

/** Takes documents: chosen, dropped or pasted. `existing` are names that would be replaced. */
export function DocumentPicker({ source, existing = [] }: { source: DocumentDrafts; existing?: string[] }) {
  const field = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  return (
    <fieldset className={classes.picker}>
      <legend className={classes.legend}>Documents</legend>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button does the same. */}
      <div
        className={classes.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          void source.addFiles(event.dataTransfer.files);
        }}
      >
        <div className={classes.buttons}>
          <Button
            variant="default"
            leftSection={<IconUpload size={16} stroke={1.7} aria-hidden="true" />}
            onClick={() => field.current?.click()}
          >
            Choose files
          </Button>
          <Button
            variant="default"
            leftSection={<IconClipboardText size={16} stroke={1.7} aria-hidden="true" />}
            onClick={source.addText}
          >
            Paste text
          </Button>
        </div>
        <p className={classes.hint}>Or drop them here: .md and .txt, up to {documentMaxBytes / 1024 / 1024} MB each.</p>
        <input
          ref={field}
          type="file"
          multiple
          hidden
          aria-label="Document files"
          accept={documentExtensions.join(",")}
          onChange={(event) => {
            const { files } = event.currentTarget;
            if (files) void source.addFiles([...files]);
            // So that the same file can be chosen again after it was corrected.
            event.currentTarget.value = "";
          }}
        />
      </div>
      {source.drafts.length > 0 && (
        <ul className={classes.drafts}>
          {source.drafts.map((draft) => (
            <Draft key={draft.id} draft={draft} source={source} replaces={existing.includes(draft.name.trim())} />
          ))}
        </ul>
      )}
    </fieldset>
  );
}

function Draft({ draft, source, replaces }: { draft: DocumentDraft; source: DocumentDrafts; replaces: boolean }) {
  const { id, kind, name, text, size, error, isUploading } = draft;
  const title = name.trim() || "pasted text";
  return (
    <li className={classes.draft} aria-busy={isUploading || undefined}>
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
        {isUploading ? (
          <Loader size={16} aria-label={`Adding ${title}`} />
        ) : (
          <ActionIcon variant="subtle" color="gray" aria-label={`Take away ${title}`} onClick={() => source.remove(id)}>
            <IconX size={16} aria-hidden="true" />
          </ActionIcon>
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
      {replaces && !error && <p className={classes.hint}>Replaces the document of this name.</p>}
      <p className={classes.error} role="alert">
        {error}
      </p>
    </li>
  );
}
