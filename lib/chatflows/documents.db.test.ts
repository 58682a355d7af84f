import { describe, expect, test } from "vitest";
import { addDocuments, removeDocument } from "@/lib/chatflows/documents";
import { getChatflow } from "@/lib/chatflows/read";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { decodeText } from "@/lib/documents/files";
import { documentsPerChatflow, textMaxBytes } from "@/lib/documents/formats";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const makeChatflow = async (ctx: Context) =>
  (await createChatflow(ctx, { name: "Support", engine: { kind: "knowledge" } })).id;
const documentsOf = async (ctx: Context, id: string) => (await getChatflow(ctx, id)).documents;

test("documents are listed with their size and passages, and are on record", async () => {
  const ctx = await operatorContext(db, "editor");
  const chatflowId = await makeChatflow(ctx);
  await addDocuments(ctx, {
    chatflowId,
    documents: [
      { name: "guide.md", text: "# Guide\n\nOne.\n\n## Two\n\nThree. é" },
      { name: "Pasted notes", text: "# not a heading" },
    ],
  });
  expect(await documentsOf(ctx, chatflowId)).toMatchObject([
    { name: "guide.md", size: 32, passageCount: 2 },
    { name: "Pasted notes", passageCount: 1 },
  ]);
  const passages = await db.prisma.passage.findMany({ orderBy: [{ documentId: "asc" }, { ordinal: "asc" }] });
  expect(passages.map(({ ordinal, heading }) => [ordinal, heading])).toEqual([
    [0, "Guide"],
    [1, "Guide › Two"],
    [0, ""],
  ]);
  const event = await db.prisma.auditEvent.findFirst({ where: { action: "document.added" } });
  expect(event?.detail).toMatchObject({ documents: [{ name: "guide.md" }, { name: "Pasted notes" }], replaced: [] });
});

test("a document of the same name is replaced, passages and all", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  await addDocuments(ctx, { chatflowId, documents: [{ name: "a.txt", text: "Old text." }] });
  await addDocuments(ctx, { chatflowId, documents: [{ name: "a.txt", text: "New text." }] });
  expect(await documentsOf(ctx, chatflowId)).toHaveLength(1);
  expect((await db.prisma.passage.findMany()).map(({ content }) => content)).toEqual(["New text."]);
});

describe("a document is refused with a sentence that names it", () => {
  const fine = { name: "fine.md", text: "Fine." };
  test.each([
    ["photo.png", "x", /“photo\.png” cannot be read: files can be \.md/],
    ["nul.txt", "a\0b", /“nul\.txt” is not a text/],
    ["half.txt", "a\ud800b", /“half\.txt” is not a text/],
    ["blank.md", " \n ", /“blank\.md” is empty/],
    ["big.txt", "é".repeat(textMaxBytes / 2 + 1), /“big\.txt” has 2\.0 MB of text; a document can have at most 2 MB/],
    ["fine.md", "Again.", /“fine\.md” was given twice/],
    [" ", "x", /needs a name/],
    [`${"n".repeat(200)}.md`, "x", /more than 200 characters/],
    ["line\nbreak.md", "x", /cannot contain line breaks/],
  ])("%j", async (name, text, message) => {
    const ctx = await operatorContext(db);
    const chatflowId = await makeChatflow(ctx);
    const refused = addDocuments(ctx, { chatflowId, documents: [fine, { name, text }] });
    await expect(refused).rejects.toMatchObject({ code: "invalid_input", field: "documents" });
    await expect(refused).rejects.toThrow(message);
    // All or nothing: the fine one is not there either.
    expect(await documentsOf(ctx, chatflowId)).toEqual([]);
  });
});

test("of several faults each is told", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const documents = [
    { name: "a.exe", text: "x" },
    { name: "b.md", text: "" },
  ];
  await expect(addDocuments(ctx, { chatflowId, documents })).rejects.toThrow(/“a\.exe”.*“b\.md”/);
});

test("bytes that are not UTF-8 are refused, a byte order mark is not part of the text", () => {
  expect(() => decodeText("a.txt", new Uint8Array([0x66, 0xfc, 0x72]), "text/plain")).toThrow(
    /“a\.txt” is not a text in UTF-8/,
  );
  expect(decodeText("a.txt", new Uint8Array([0xef, 0xbb, 0xbf, 0x41]), "text/plain")).toBe("A");
});

test("a chatflow takes its full number of documents and not one more, but still replaces one", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const documents = Array.from({ length: documentsPerChatflow }, (_, n) => ({ name: `${n}.md`, text: `Text ${n}.` }));
  await addDocuments(ctx, { chatflowId, documents });
  const more = addDocuments(ctx, { chatflowId, documents: [{ name: "more.md", text: "More." }] });
  await expect(more).rejects.toThrow(/at most 200 documents; this one has 200/);
  await addDocuments(ctx, { chatflowId, documents: [{ name: "7.md", text: "Newer." }] });
  expect(await documentsOf(ctx, chatflowId)).toHaveLength(documentsPerChatflow);
});

test("2 MB are taken whole", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const text = "The workshop opens at nine on weekdays. ".repeat(60_000).slice(0, textMaxBytes);
  const { documents } = await addDocuments(ctx, { chatflowId, documents: [{ name: "big.txt", text }] });
  expect(documents[0]?.passageCount).toBeGreaterThan(1_500);
  const ordinals = await db.pool.query("SELECT count(DISTINCT ordinal)::int AS n, max(ordinal) AS last FROM passage");
  expect(ordinals.rows[0].n).toBe(ordinals.rows[0].last + 1);
});

test("a removed document is gone with its passages, and that is on record", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await makeChatflow(ctx);
  const { documents } = await addDocuments(ctx, { chatflowId, documents: [{ name: "a.md", text: "Text." }] });
  const documentId = documents[0]?.id ?? "";
  await removeDocument(ctx, { chatflowId, documentId });
  expect([await db.prisma.document.count(), await db.prisma.passage.count()]).toEqual([0, 0]);
  expect(await db.prisma.auditEvent.count({ where: { action: "document.removed" } })).toBe(1);
  await expect(removeDocument(ctx, { chatflowId, documentId })).rejects.toMatchObject({ code: "not_found" });
});
