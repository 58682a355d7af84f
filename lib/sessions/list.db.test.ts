import { expect, test } from "vitest";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { listSessions, sessionsPerPage } from "@/lib/sessions/list";
import { recordTurns } from "@/lib/testing/conversations";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));

async function started() {
  const ctx = await operatorContext(db, "editor");
  return { ctx, chatflowId: await createKnowledgeChatflow(ctx) };
}

test("conversations are listed by their last turn, titled by their first question, each credential's by itself", async () => {
  const { ctx, chatflowId } = await started();
  const key = await createApiKey(ctx, { name: "Website", chatflowId });
  await recordTurns(ctx, chatflowId, [
    { sessionId: "s", question: "First of s", createdAt: minute(1) },
    { sessionId: "t", question: "Only one of t", createdAt: minute(2) },
    { sessionId: "s", question: "Second of s", createdAt: minute(3) },
    { sessionId: "s", question: "The key's own s", credentialId: key.id, createdAt: minute(4) },
  ]);
  const { items, next, previous } = await listSessions(ctx, { chatflowId });
  expect({ next, previous }).toEqual({ next: null, previous: null });
  expect(items.map(({ turnId: _, ...item }) => item)).toEqual([
    {
      sessionId: "s",
      title: "The key's own s",
      turnCount: 1,
      caller: { kind: "key", name: "Website" },
      startedAt: minute(4),
      lastAt: minute(4),
    },
    {
      sessionId: "s",
      title: "First of s",
      turnCount: 2,
      caller: { kind: "public" },
      startedAt: minute(1),
      lastAt: minute(3),
    },
    {
      sessionId: "t",
      title: "Only one of t",
      turnCount: 1,
      caller: { kind: "public" },
      startedAt: minute(2),
      lastAt: minute(2),
    },
  ]);
  await deleteApiKey(ctx, { id: key.id, confirmName: "Website" });
  const [first] = (await listSessions(ctx, { chatflowId })).items;
  expect(first?.caller).toEqual({ kind: "key", name: null });
});

test("pages follow each other without a gap or a repetition, there and back, although turns share a moment", async () => {
  const { ctx, chatflowId } = await started();
  const count = sessionsPerPage * 2 + 7;
  await recordTurns(
    ctx,
    chatflowId,
    Array.from({ length: count * 2 }, (_, n) => ({ sessionId: `s${n % count}`, createdAt: minute(n % 3) })),
  );
  const seen: string[] = [];
  let page = await listSessions(ctx, { chatflowId });
  const firstIds = page.items.map(({ turnId }) => turnId);
  for (;;) {
    seen.push(...page.items.map(({ sessionId }) => sessionId));
    if (!page.next) break;
    page = await listSessions(ctx, { chatflowId, after: page.next });
  }
  expect(seen).toHaveLength(count);
  expect(new Set(seen).size).toBe(count);
  page = await listSessions(ctx, { chatflowId, before: page.previous ?? "" });
  page = await listSessions(ctx, { chatflowId, before: page.previous ?? "" });
  expect(page.items.map(({ turnId }) => turnId)).toEqual(firstIds);
  expect(page.previous).toBeNull();
});

test("a search finds words and their beginnings in questions and answers, and a session id as a whole", async () => {
  const { ctx, chatflowId } = await started();
  await recordTurns(ctx, chatflowId, [
    { sessionId: "invoice", question: "Where is my Invoice 4711?", answer: "It was sent to olga@example.com." },
    { sessionId: "invoice", question: "Thanks", answer: "You are welcome." },
    { sessionId: "grüße", question: "Wie groß ist die Straße?", answer: "Sehr." },
    { sessionId: "user-42", question: "Anything", answer: "It's O'Neil's." },
  ]);
  const found = async (search: string) =>
    (await listSessions(ctx, { chatflowId, search })).items.map(({ sessionId }) => sessionId).sort();
  expect(await found("invoice 4711")).toEqual(["invoice"]);
  expect(await found("INVO")).toEqual(["invoice"]);
  expect(await found("olga@example.com")).toEqual(["invoice"]);
  expect(await found("olga@exa")).toEqual(["invoice"]);
  expect(await found("straße")).toEqual(["grüße"]);
  expect(await found("user-42")).toEqual(["user-42"]);
  expect(await found("o'neil's")).toEqual(["user-42"]);
  expect(await found("invoice welcome")).toEqual([]);
  for (const search of ["' | '", "\\", "a & !b", "':*", "\0", "%", "()", "<->", "\ud800"]) {
    await expect(found(search), search).resolves.toBeDefined();
  }
});

test("a search knows no conversation of another chatflow or workspace", async () => {
  const { ctx, chatflowId } = await started();
  const other = await createKnowledgeChatflow(ctx, "Other");
  const foreign = await started();
  for (const [owner, id] of [
    [ctx, other],
    [foreign.ctx, foreign.chatflowId],
  ] as const) {
    await recordTurns(owner, id, [{ sessionId: "s", question: "zebra" }]);
  }
  expect((await listSessions(ctx, { chatflowId, search: "zebra" })).items).toEqual([]);
  expect((await listSessions(ctx, { chatflowId: other, search: "zebra" })).items).toHaveLength(1);
  await expect(listSessions(ctx, { chatflowId: foreign.chatflowId })).rejects.toMatchObject({ code: "not_found" });
});
