import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import {
  addDocumentsSchema,
  type DocumentInput,
  documentMaxBytes,
  documentNameMaxLength,
  documentsPerChatflow,
  removeDocumentSchema,
} from "@/lib/chatflows/documents-schema";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { type PassageText, splitIntoPassages } from "@/lib/engines/knowledge/passages";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";

/** A document that passed its checks, cut into passages. */
export interface PreparedDocument {
  name: string;
  mediaType: "text/markdown" | "text/plain";
  size: number;
  passages: PassageText[];
}

/** Rows sent in one statement. */
const passagesPerStatement = 1_000;
/** Large uploads take longer than Prisma's five seconds on an embedded database. */
const writeTimeoutMs = 120_000;

/** Line breaks, tabs, NUL, bidirectional overrides: invisible in a list, and able to forge a log line. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

function mediaTypeOf({ name, mediaType }: DocumentInput): PreparedDocument["mediaType"] | null {
  const extension = /\.[^.\s/\\]{1,8}$/.exec(name)?.[0].toLowerCase();
  if (extension === ".md" || extension === ".markdown") return "text/markdown";
  if (extension === ".txt") return "text/plain";
  if (mediaType === "text/markdown" || mediaType === "text/plain") return mediaType;
  // A pasted text has a title; a file of another kind has another extension.
  return extension === undefined || /\s/.test(name) ? "text/plain" : null;
}

/** What is wrong with a document, as a sentence, or null. */
function faultOf(document: DocumentInput, name: string): string | null {
  const { text } = document;
  if (name === "") return "A document needs a name.";
  if ([...name].length > documentNameMaxLength) {
    return `“${name.slice(0, 40)}…” has a name of more than ${documentNameMaxLength} characters.`;
  }
  if (invisible.test(name) || !name.isWellFormed()) {
    return "A document’s name cannot contain line breaks, tabs or other invisible characters.";
  }
  if (mediaTypeOf({ ...document, name }) === null) return `“${name}” is neither a .md nor a .txt file.`;
  if (text.trim() === "") return `“${name}” is empty.`;
  const size = Buffer.byteLength(text);
  if (size > documentMaxBytes) {
    return `“${name}” has ${(size / 1024 / 1024).toFixed(1)} MB; a document can have at most ${documentMaxBytes / 1024 / 1024} MB.`;
  }
  if (text.includes("\0") || !text.isWellFormed()) return `“${name}” is not a text: it has bytes that no text has.`;
  return null;
}

/**
 * Checks documents and cuts them into passages: all, or none.
 * @throws AppError `invalid_input` with a sentence for each document at fault
 */
export function prepareDocuments(documents: DocumentInput[]): PreparedDocument[] {
  const names = documents.map(({ name }) => name.normalize("NFC").trim());
  const faults = documents.flatMap((document, index) => {
    const name = names[index] ?? "";
    const fault = faultOf(document, name);
    if (fault) return [fault];
    return names.indexOf(name) < index ? [`“${name}” was given twice.`] : [];
  });
  if (faults.length > 0) {
    throw new AppError("invalid_input", [...new Set(faults)].join(" "), { field: "documents" });
  }
  return documents.map((document, index) => {
    const name = names[index] ?? "";
    const mediaType = mediaTypeOf({ ...document, name }) ?? "text/plain";
    return {
      name,
      mediaType,
      size: Buffer.byteLength(document.text),
      passages: splitIntoPassages(document.text, mediaType),
    };
  });
}

async function insertPassages(tx: Transaction, chatflowId: string, documentId: string, passages: PassageText[]) {
  for (let start = 0; start < passages.length; start += passagesPerStatement) {
    const part = passages.slice(start, start + passagesPerStatement);
    await tx.$executeRaw`
      INSERT INTO passage (id, document_id, chatflow_id, ordinal, heading, content)
      SELECT p.id, ${documentId}::uuid, ${chatflowId}::uuid, ${start}::int + p.place - 1, p.heading, p.content
      FROM unnest(${part.map(() => newId())}::uuid[], ${part.map((passage) => passage.heading)}::text[],
                  ${part.map((passage) => passage.content)}::text[])
           WITH ORDINALITY AS p(id, heading, content, place)`;
  }
}

/**
 * Writes documents, their passages and the audit event. A document of the same name is replaced.
 * The caller has locked the chatflow.
 * @throws AppError `invalid_input` when the chatflow would have too many documents
 */
export async function insertDocuments(
  tx: Transaction,
  ctx: Context,
  chatflow: { id: string; name: string },
  documents: PreparedDocument[],
): Promise<{ id: string; name: string; size: number; passageCount: number }[]> {
  const replaced = await tx.document.findMany({
    where: { chatflowId: chatflow.id, name: { in: documents.map(({ name }) => name) } },
    select: { id: true, name: true },
  });
  await tx.document.deleteMany({ where: { id: { in: replaced.map(({ id }) => id) } } });
  const present = await tx.document.count({ where: { chatflowId: chatflow.id } });
  if (present + documents.length > documentsPerChatflow) {
    throw new AppError(
      "invalid_input",
      `A chatflow can have at most ${documentsPerChatflow} documents; this one has ${present}.`,
      { field: "documents" },
    );
  }
  const rows = documents.map((document) => ({ id: newId(), ...document }));
  await tx.document.createMany({
    data: rows.map(({ passages: _, ...row }) => ({ ...row, chatflowId: chatflow.id, createdAt: ctx.now })),
  });
  for (const row of rows) await insertPassages(tx, chatflow.id, row.id, row.passages);
  await recordAudit(tx, ctx, {
    action: "document.added",
    target: { kind: "chatflow", ...chatflow },
    detail: { documents: rows.map(({ id, name, size }) => ({ id, name, size })), replaced },
  });
  return rows.map(({ id, name, size, passages }) => ({ id, name, size, passageCount: passages.length }));
}

/**
 * Adds texts for a chatflow to answer from, all or none. A document of the same name is replaced.
 * They are found from the next question on.
 * @throws AppError `invalid_input` with a sentence for each document at fault, `not_found` or `forbidden`
 */
export async function addDocuments(ctx: Context, input: z.input<typeof addDocumentsSchema>) {
  authorize(ctx.actor, "chatflows:write");
  const { chatflowId, documents } = parseInput(addDocumentsSchema, input);
  const prepared = prepareDocuments(documents);
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const { id, name } = await lockChatflow(tx, ctx, chatflowId);
      const added = await insertDocuments(tx, ctx, { id, name }, prepared);
      await tx.chatflow.update({ where: { id }, data: { updatedAt: ctx.now }, select: { id: true } });
      return { documents: added };
    },
    { timeout: writeTimeoutMs },
  );
}

/**
 * Removes a document: no answer rests on it from the next question on.
 * @throws AppError `not_found` or `forbidden`
 */
export async function removeDocument(ctx: Context, input: z.input<typeof removeDocumentSchema>) {
  authorize(ctx.actor, "chatflows:write");
  const { chatflowId, documentId } = parseInput(removeDocumentSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const chatflow = await lockChatflow(tx, ctx, chatflowId);
    const document = await tx.document.findFirst({
      where: { id: documentId, chatflowId },
      select: { id: true, name: true, size: true },
    });
    if (!document) {
      throw new AppError("not_found", "There is no such document. It may have been removed meanwhile.");
    }
    await tx.document.delete({ where: { id: documentId }, select: { id: true } });
    await tx.chatflow.update({ where: { id: chatflowId }, data: { updatedAt: ctx.now }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "document.removed",
      target: { kind: "chatflow", id: chatflowId, name: chatflow.name },
      detail: { document },
    });
    return { id: documentId, name: document.name };
  });
}
