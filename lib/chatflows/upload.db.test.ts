import { expect, test } from "vitest";
import { addPreparedDocuments, uploadDocument } from "@/lib/chatflows/documents";
import { getChatflow } from "@/lib/chatflows/read";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { documentsPerChatflow } from "@/lib/documents/formats";
import { prepareFiles, prepareTexts } from "@/lib/documents/prepare";
import { passagesPerPage, previewPassages } from "@/lib/documents/preview";
import { predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createPublicChatflow, operatorContext } from "@/lib/testing/fixtures";
import { makePdf } from "@/lib/testing/pdf";

const db = await testDatabase();
const bytesOf = (text: string) => new TextEncoder().encode(text);
const makeChatflow = async (ctx: Context) =>
  (await createChatflow(ctx, { name: "Support", engine: { kind: "knowledge" } })).id;
const documentsOf = async (ctx: Context, id: string) => (await getChatflow(ctx, id)).documents;
const passages = async () =>
  (await db.prisma.passage.findMany({ orderBy: [{ documentId: "asc" }, { ordinal: "asc" }] })).map((p) => p.content);
const audited = async () =>
  (await db.prisma.auditEvent.findMany({ orderBy: { id: "asc" } })).slice(1).map((e) => [e.action, e.detail]);
const _notFound = { code: "not_found" };

test("an uploaded PDF is answered from, and its page is named", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const bytes = makePdf([["Foreword."], ["The zeppelin hangar is painted crimson."]]);
  const added = await uploadDocument(ctx, { chatflowId, name: "hangar.pdf", bytes });
  expect(added).toMatchObject({ name: "hangar.pdf", size: bytes.length, passageCount: 2, replaced: false });
  const answer = await (
    await predict(chatflowId, { body: { question: "Which colour is the zeppelin hangar?" } })
  ).json();
  expect(answer.text).toContain("painted crimson");
  expect(answer.sourceDocuments[0].metadata).toMatchObject({ source: "hangar.pdf", heading: "Page 2" });
});

test("a document of a name that is taken is only replaced when that is said; then its id stays and its old text is gone", async () => {
  const ctx = await operatorContext(db, "editor");
  const chatflowId = await makeChatflow(ctx);
  const upload = (text: string, replace?: boolean) =>
    uploadDocument(ctx, {
      chatflowId,
      name: " a.html ",
      bytes: bytesOf(`<p>${text}</p>`),
      ...(replace && { replace }),
    });
  const first = await upload("Old text");
  await expect(upload("New text")).rejects.toMatchObject({ code: "conflict", field: "name" });
  expect(await passages()).toEqual(["Old text"]);
  const second = await upload("New text", true);
  expect(second).toMatchObject({ id: first.id, replaced: true });
  expect(await passages()).toEqual(["New text"]);
  const of = (size: number) => ({ id: first.id, name: "a.html", size });
  expect(await audited()).toEqual([
    ["document.added", { documents: [of(15)], replaced: [] }],
    ["document.replaced", { before: of(15), after: of(15) }],
  ]);
});

test("a document keeps its place under another name and kind, but takes no other document's name", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const old = await uploadDocument(ctx, { chatflowId, name: "v1.txt", bytes: bytesOf("One") });
  await uploadDocument(ctx, { chatflowId, name: "other.txt", bytes: bytesOf("Other") });
  const put = (name: string, bytes: Uint8Array) => uploadDocument(ctx, { chatflowId, name, bytes, documentId: old.id });
  await put("v2.pdf", makePdf([["Two"]]));
  expect(await documentsOf(ctx, chatflowId)).toMatchObject([{ name: "other.txt" }, { id: old.id, name: "v2.pdf" }]);
  expect(await passages()).toEqual(["Two", "Other"]);
  await expect(put("other.txt", bytesOf("x"))).rejects.toMatchObject({ code: "conflict" });
  await expect(put("v3.pdf", bytesOf("no pdf"))).rejects.toThrow(/cannot be read as a PDF/);
  expect(await passages()).toEqual(["Two", "Other"]);
});

test("a pasted text is what it says it is; a file is what its name says", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const bytes = bytesOf("# Title\n\nText.");
  await uploadDocument(ctx, { chatflowId, name: "Pasted", bytes, mediaType: "text/markdown" });
  await uploadDocument(ctx, { chatflowId, name: "file.txt", bytes, mediaType: "text/markdown" });
  expect(await passages()).toEqual(["Text.", "# Title\n\nText."]);
  const png = uploadDocument(ctx, { chatflowId, name: "photo.png", bytes });
  await expect(png).rejects.toThrow("“photo.png” cannot be read: files can be .md, .txt, .html and .pdf.");
});

test("a full chatflow takes no other document, but still replaces one", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const texts = Array.from({ length: documentsPerChatflow }, (_, n) => ({ name: `${n}.md`, text: "Text." }));
  await addPreparedDocuments(ctx, chatflowId, prepareTexts(texts));
  const upload = (name: string) => uploadDocument(ctx, { chatflowId, name, bytes: bytesOf("More."), replace: true });
  await expect(upload("more.md")).rejects.toThrow(/at most 200 documents; this one has 200/);
  await expect(upload("7.md")).resolves.toMatchObject({ replaced: true });
});

test("of several files each fault is told, and a name given twice", async () => {
  const given = [
    { name: "scan.pdf", bytes: makePdf([[]]) },
    { name: "a.md", bytes: bytesOf("A") },
    { name: "a.md", bytes: bytesOf("B") },
    { name: "b.exe", bytes: bytesOf("x") },
  ];
  await expect(prepareFiles(given)).rejects.toThrow(
    /“a\.md” was given twice\. “scan\.pdf” has no text.*“b\.exe” cannot/,
  );
  expect(await prepareFiles(given.slice(1, 2))).toMatchObject([{ name: "a.md", passages: [{ content: "A" }] }]);
});

test("a document's passages are previewed in order, page by page", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const count = passagesPerPage + 2;
  const text = Array.from({ length: count }, (_, n) => `# Part ${n}\n\nText ${n}.`).join("\n\n");
  const { id: documentId } = await uploadDocument(ctx, { chatflowId, name: "a.md", bytes: bytesOf(text) });
  const viewer = await operatorContext(db, "viewer", ctx.actor.workspaceId);
  const first = await previewPassages(viewer, { chatflowId, documentId });
  expect(first.passages).toHaveLength(passagesPerPage);
  expect(first.passages[0]).toEqual({ ordinal: 0, heading: "Part 0", content: "Text 0." });
  const rest = await previewPassages(viewer, { chatflowId, documentId, from: first.next ?? 0 });
  expect(rest).toMatchObject({
    passages: [{ ordinal: passagesPerPage }, { ordinal: passagesPerPage + 1 }],
    next: null,
  });
});
