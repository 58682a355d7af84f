import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { addDocumentsSchema, removeDocumentSchema, uploadDocumentSchema } from "@/lib/chatflows/documents-schema";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { documentsPerChatflow } from "@/lib/documents/formats";
import { type FileInput, type PreparedDocument, prepareFile, prepareTexts } from "@/lib/documents/prepare";
import type { PassageText } from "@/lib/engines/knowledge/passages";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";

/** Rows sent in one statement. */
const passagesPerStatement = 1_000;
/** Large uploads take longer than Prisma's five seconds on an embedded database. */
const writeTimeoutMs = 120_000;

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

/** @throws AppError `invalid_input` when the chatflow would have too many documents */
async function refuseTooMany(tx: Transaction, chatflowId: string, more: number): Promise<void> {
  const present = await tx.document.count({ where: { chatflowId } });
  if (present + more <= documentsPerChatflow) return;
  throw new AppError(
    "invalid_input",
    `A chatflow can have at most ${documentsPerChatflow} documents; this one has ${present}.`,
    { field: "documents" },
  );
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
  await refuseTooMany(tx, chatflow.id, documents.length);
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
  return await addPreparedDocuments(ctx, chatflowId, prepareTexts(documents));
}

/**
 * The same for documents that were read and cut already (`prepareFiles`).
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function addPreparedDocuments(ctx: Context, chatflowId: string, documents: PreparedDocument[]) {
  authorize(ctx.actor, "chatflows:write");
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const { id, name } = await lockChatflow(tx, ctx, chatflowId);
      const added = await insertDocuments(tx, ctx, { id, name }, documents);
      await tx.chatflow.update({ where: { id }, data: { updatedAt: ctx.now }, select: { id: true } });
      return { documents: added };
    },
    { timeout: writeTimeoutMs },
  );
}

type Upload = z.input<typeof uploadDocumentSchema> & Pick<FileInput, "bytes">;

/**
 * Adds one file or pasted text, or puts it in the place of a document: then all of the old text is
 * gone and the id stays. A file that cannot be read changes nothing.
 * @throws AppError `invalid_input` with a sentence that names the file, `conflict` when a document of
 *   that name is there and was not to be replaced, `not_found` or `forbidden`
 */
export async function uploadDocument(ctx: Context, { bytes, ...input }: Upload) {
  authorize(ctx.actor, "chatflows:write");
  const { chatflowId, replace, documentId, ...file } = parseInput(uploadDocumentSchema, input);
  const document = await prepareFile({ ...file, bytes });
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const chatflow = await lockChatflow(tx, ctx, chatflowId);
      const before = await replacedBy(tx, { chatflowId, documentId, replace, name: document.name });
      if (!before) await refuseTooMany(tx, chatflowId, 1);
      const id = before?.id ?? newId();
      const { passages, ...columns } = document;
      const data = { ...columns, createdAt: ctx.now };
      await tx.passage.deleteMany({ where: { documentId: id } });
      await tx.document.upsert({
        where: { id },
        create: { id, chatflowId, ...data },
        update: data,
        select: { id: true },
      });
      await insertPassages(tx, chatflowId, id, passages);
      await tx.chatflow.update({ where: { id: chatflowId }, data: { updatedAt: ctx.now }, select: { id: true } });
      const after = { id, name: document.name, size: document.size };
      await recordAudit(tx, ctx, {
        action: before ? "document.replaced" : "document.added",
        target: { kind: "chatflow", id: chatflowId, name: chatflow.name },
        detail: before ? { before, after } : { documents: [after], replaced: [] },
      });
      return { ...after, passageCount: passages.length, replaced: before !== null };
    },
    { timeout: writeTimeoutMs },
  );
}

interface Place {
  chatflowId: string;
  documentId: string | undefined;
  replace: boolean;
  name: string;
}

/** The document that an upload takes the place of, or null. The caller has locked the chatflow. */
async function replacedBy(tx: Transaction, { chatflowId, documentId, replace, name }: Place) {
  const select = { id: true, name: true, size: true };
  const sameName = await tx.document.findFirst({ where: { chatflowId, name }, select });
  const named = documentId && (await tx.document.findFirst({ where: { id: documentId, chatflowId }, select }));
  if (documentId && !named) {
    throw new AppError("not_found", "The document to replace is not there. It may have been removed meanwhile.");
  }
  const before = named || (replace ? sameName : null);
  if (sameName && sameName.id !== before?.id) {
    throw new AppError("conflict", `A document named “${name}” is there already.`, { field: "name" });
  }
  return before;
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
