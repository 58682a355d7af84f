"use client";

import { useState } from "react";
import {
  documentKinds,
  documentNameMaxLength,
  maxBytesOf,
  mediaTypeOfName,
  megabytes,
  textMaxBytes,
} from "@/lib/documents/formats";
import { sendDocument } from "./send-document";

/** A document that is not added yet: a chosen file, or a text being pasted. */
export interface DocumentDraft {
  id: number;
  kind: "file" | "text";
  name: string;
  file: File | null;
  text: string;
  size: number;
  error: string | null;
  /** How much of it has arrived, 0 to 1; null while it is not being sent. */
  progress: number | null;
  /** A document of this name is there already, as the server said. */
  isTaken: boolean;
  /** Told to take that one's place. */
  replaces: boolean;
}

/** Where drafts go: which names are taken, and which document's place the one draft takes. */
export interface DocumentTarget {
  existing: string[];
  documentId?: string;
}

let lastId = 0;

const empty: Omit<DocumentDraft, "id"> = {
  ...{ kind: "file", name: "", file: null, text: "", size: 0, error: null },
  ...{ progress: null, isTaken: false, replaces: false },
};

function newDraft(part: Partial<DocumentDraft>): DocumentDraft {
  lastId += 1;
  return { ...empty, id: lastId, ...part };
}

const stored = (name: string) => name.normalize("NFC").trim();

/** What the server would refuse, said before anything is sent. */
function faultOf({ kind, name, text, size }: DocumentDraft): string | null {
  if (stored(name) === "") return "Give the text a title.";
  if ([...stored(name)].length > documentNameMaxLength) {
    return `A title can have at most ${documentNameMaxLength} characters.`;
  }
  const mediaType = kind === "file" ? mediaTypeOfName(name) : "text/plain";
  if (!mediaType) return `Only ${documentKinds} files can be read.`;
  if (kind === "file" && size === 0) return "This file is empty.";
  if (kind === "text" && text.trim() === "") return "Paste the text, or take this one away.";
  const most = kind === "file" ? maxBytesOf(mediaType) : textMaxBytes;
  return size > most ? `This has ${megabytes(size)}; it can have at most ${most / 1024 / 1024} MB.` : null;
}

const checked = (draft: DocumentDraft): DocumentDraft => ({ ...draft, error: faultOf(draft) });
const fileDraft = (file: File) => checked(newDraft({ name: file.name, file, size: file.size }));

/** Whether somebody has to say first that the document of this name may go. */
export function asksToReplace(draft: DocumentDraft, { existing }: DocumentTarget): boolean {
  return !draft.replaces && (draft.isTaken || existing.includes(stored(draft.name)));
}

/** Documents being chosen and pasted, and their upload one by one, so that each has its own fate. */
export function useDocumentDrafts(target: DocumentTarget = { existing: [] }) {
  const [drafts, setDrafts] = useState<DocumentDraft[]>([]);
  const patch = (id: number, part: Partial<DocumentDraft>) =>
    setDrafts((all) => all.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)));

  function addFiles(files: Iterable<File>) {
    const added = [...files].map(fileDraft);
    if (target.documentId) {
      setDrafts(added.slice(-1));
      return;
    }
    // The file chosen last is the one that counts, as when a document is replaced.
    setDrafts((all) => [...all.filter(({ name }) => !added.some((draft) => draft.name === name)), ...added]);
  }

  function edit(id: number, part: { name?: string; text?: string }) {
    const size = part.text === undefined ? {} : { size: new TextEncoder().encode(part.text).length };
    patch(id, { ...part, ...size, error: null, isTaken: false, replaces: false });
  }

  /** The drafts with what is wrong with each said beside it. */
  function checkAll(): DocumentDraft[] {
    const names = drafts.map(({ name }) => stored(name));
    const next = drafts.map((draft, index) => {
      const name = names[index] ?? "";
      const isTwice = name !== "" && names.indexOf(name) < index;
      const again = isTwice ? "Another document here has this title." : null;
      const asks = asksToReplace(draft, target) ? "Choose “Replace”, or take this one away." : null;
      return { ...draft, error: faultOf(draft) ?? again ?? asks };
    });
    setDrafts(next);
    return next;
  }

  async function send(chatflowId: string, draft: DocumentDraft): Promise<boolean> {
    patch(draft.id, { progress: 0, error: null });
    const result = await sendDocument({
      chatflowId,
      name: stored(draft.name),
      body: draft.file ?? new Blob([draft.text]),
      // A pasted text may be Markdown; as Markdown, plain text reads the same.
      ...(draft.kind === "text" && { mediaType: "text/markdown" as const }),
      replace: draft.replaces,
      documentId: target.documentId,
      onProgress: (progress) => patch(draft.id, { progress }),
    });
    if (result.ok) setDrafts((all) => all.filter(({ id }) => id !== draft.id));
    else patch(draft.id, { progress: null, error: result.isTaken ? null : result.message, isTaken: result.isTaken });
    return result.ok;
  }

  /** Sends what can be sent. What was added leaves the list; what was not stays, with the reason. */
  async function upload(chatflowId: string): Promise<{ added: number; failed: number }> {
    const all = checkAll();
    let added = 0;
    for (const draft of all) if (draft.error === null && (await send(chatflowId, draft))) added += 1;
    return { added, failed: all.length - added };
  }

  return {
    drafts,
    target,
    addFiles,
    addText: () => setDrafts((all) => [...all, newDraft({ kind: "text" })]),
    edit,
    replace: (id: number) => patch(id, { replaces: true, error: null }),
    remove: (id: number) => setDrafts((all) => all.filter((draft) => draft.id !== id)),
    clear: () => setDrafts([]),
    /** True when every one can be sent. */
    check: () => checkAll().every(({ error }) => error === null),
    upload,
  };
}

export type DocumentDrafts = ReturnType<typeof useDocumentDrafts>;
