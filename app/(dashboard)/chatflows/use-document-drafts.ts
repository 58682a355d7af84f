"use client";

import { useState } from "react";
import {
  type DocumentInput,
  decodeDocument,
  documentExtensions,
  documentMaxBytes,
  documentNameMaxLength,
} from "@/lib/chatflows/documents-schema";
import { toAppError } from "@/lib/errors";
import { addDocumentsAction } from "./actions";

/** A document that is not added yet: a chosen file, or a text being pasted. */
export interface DocumentDraft {
  id: number;
  kind: "file" | "text";
  name: string;
  text: string;
  size: number;
  error: string | null;
  isUploading: boolean;
}

let lastId = 0;

function newDraft(part: Partial<DocumentDraft>): DocumentDraft {
  lastId += 1;
  return { id: lastId, kind: "file", name: "", text: "", size: 0, error: null, isUploading: false, ...part };
}

async function draftOfFile(file: File): Promise<DocumentDraft> {
  const draft = newDraft({ name: file.name, size: file.size });
  if (!documentExtensions.some((extension) => file.name.toLowerCase().endsWith(extension))) {
    return { ...draft, error: "Only .md and .txt files can be read." };
  }
  if (file.size > documentMaxBytes) return { ...draft, error: faultOf({ ...draft, text: " " }) };
  try {
    return checked({ ...draft, text: decodeDocument(file.name, new Uint8Array(await file.arrayBuffer())) });
  } catch (error) {
    return {
      ...draft,
      error: error instanceof DOMException ? "The file could not be read." : toAppError(error).message,
    };
  }
}

/** What the server would refuse, said before anything is sent. */
function faultOf(draft: DocumentDraft): string | null {
  if (draft.name.trim() === "") return "Give the text a title.";
  if ([...draft.name.trim()].length > documentNameMaxLength) {
    return `A title can have at most ${documentNameMaxLength} characters.`;
  }
  if (draft.text.trim() === "" && draft.size <= documentMaxBytes) {
    return draft.kind === "file" ? "This file is empty." : "Paste the text, or take this one away.";
  }
  if (draft.size > documentMaxBytes) {
    return `This is ${(draft.size / 1024 / 1024).toFixed(1)} MB; a document can have at most ${documentMaxBytes / 1024 / 1024} MB.`;
  }
  return null;
}

function checked(draft: DocumentDraft): DocumentDraft {
  return { ...draft, error: faultOf(draft) };
}

function toInput({ kind, name, text }: DocumentDraft): DocumentInput {
  // A pasted text may be Markdown; as Markdown, plain text reads the same.
  return { name: name.trim(), text, ...(kind === "text" && { mediaType: "text/markdown" as const }) };
}

/** Documents being chosen and pasted, and their upload one by one, so that each has its own fate. */
export function useDocumentDrafts() {
  const [drafts, setDrafts] = useState<DocumentDraft[]>([]);
  const patch = (id: number, part: Partial<DocumentDraft>) =>
    setDrafts((all) => all.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)));

  async function addFiles(files: Iterable<File>) {
    const added = await Promise.all([...files].map(draftOfFile));
    // The file chosen last is the one that counts, as when a document is replaced.
    setDrafts((all) => [...all.filter(({ name }) => !added.some((draft) => draft.name === name)), ...added]);
  }

  function edit(id: number, part: { name?: string; text?: string }) {
    const size = part.text === undefined ? {} : { size: new TextEncoder().encode(part.text).length };
    patch(id, { ...part, ...size, error: null });
  }

  /** Checks all; true when every one can be sent. */
  function check(): boolean {
    const names = drafts.map(({ name }) => name.trim());
    const next = drafts.map((draft, index) => {
      const { error } = draft.kind === "file" && draft.error ? draft : checked(draft);
      const isTwice = draft.name.trim() !== "" && names.indexOf(draft.name.trim()) < index;
      return { ...draft, error: error ?? (isTwice ? "Another document here has this title." : null) };
    });
    setDrafts(next);
    return next.every(({ error }) => error === null);
  }

  /** Sends what is there. What was added leaves the list; what was not stays, with the reason. */
  async function upload(chatflowId: string): Promise<{ added: number; failed: number }> {
    let added = 0;
    for (const draft of drafts) {
      patch(draft.id, { isUploading: true, error: null });
      const result = await addDocumentsAction({ chatflowId, documents: [toInput(draft)] }).catch(() => null);
      if (result?.ok) {
        added += 1;
        setDrafts((all) => all.filter(({ id }) => id !== draft.id));
      } else {
        const error = result?.error.message ?? "Flowlatch could not be reached. This document was not added.";
        patch(draft.id, { isUploading: false, error });
      }
    }
    return { added, failed: drafts.length - added };
  }

  return {
    drafts,
    addFiles,
    addText: () => setDrafts((all) => [...all, newDraft({ kind: "text" })]),
    edit,
    remove: (id: number) => setDrafts((all) => all.filter((draft) => draft.id !== id)),
    clear: () => setDrafts([]),
    check,
    upload,
  };
}

export type DocumentDrafts = ReturnType<typeof useDocumentDrafts>;
