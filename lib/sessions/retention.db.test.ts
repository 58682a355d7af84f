import { expect, test } from "vitest";
import { getRetention, pruneEveryWorkspace, pruneSessions, setRetention } from "@/lib/sessions/retention";
import { openingFollowUp, openingQuestion, predict } from "@/lib/testing/call";
import { recordTurns } from "@/lib/testing/conversations";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createPublicChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();
const dayMs = 86_400_000;
const daysAgo = (now: Date, days: number) => new Date(now.getTime() - days * dayMs);
const left = async () =>
  (await db.prisma.prediction.findMany({ orderBy: { id: "asc" }, select: { sessionId: true } })).map(
    (p) => p.sessionId,
  );

test("a chatflow keeps its conversations for ever until it is told otherwise", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  await recordTurns(ctx, chatflowId, [{ sessionId: "old", createdAt: new Date(0) }]);
  expect(await getRetention(ctx, chatflowId)).toBeNull();
  expect(await pruneSessions(ctx)).toEqual({ deleted: 0 });
  expect(await left()).toEqual(["old"]);
});

test("setting a retention deletes what is older at once, keeps the rest, and both are on record without content", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  await recordTurns(ctx, chatflowId, [
    { sessionId: "older", question: "secret words", createdAt: daysAgo(ctx.now, 7.01) },
    { sessionId: "newer", createdAt: daysAgo(ctx.now, 6.99) },
  ]);
  expect(await setRetention(ctx, { chatflowId, days: 7 })).toEqual({ days: 7, deleted: 1 });
  expect(await left()).toEqual(["newer"]);
  expect(await getRetention(ctx, chatflowId)).toBe(7);
  const events = await db.prisma.auditEvent.findMany({ where: { targetId: chatflowId }, orderBy: { id: "asc" } });
  expect(events.slice(-2).map(({ action, detail }) => [action, detail])).toEqual([
    ["chatflow.retention_changed", { before: { retentionDays: null }, after: { retentionDays: 7 } }],
    ["session.expired", { predictions: 1 }],
  ]);
  expect(JSON.stringify(events)).not.toContain("secret words");
});

test("what expires later is deleted by a later run, in every workspace and in batches, usage counts stay", async () => {
  const first = await createPublicChatflow(db);
  const second = await createPublicChatflow(db);
  for (const { ctx, chatflowId } of [first, second]) {
    await setRetention(ctx, { chatflowId, days: 30 });
    await (await predict(chatflowId)).text();
    const many = Array.from({ length: 2_500 }, () => ({ sessionId: "expiring", createdAt: daysAgo(ctx.now, 29) }));
    await recordTurns(ctx, chatflowId, many);
  }
  expect(await pruneEveryWorkspace(db, new Date())).toEqual({ deleted: 0 });
  // Of its own workspace alone.
  expect(await pruneSessions({ ...first.ctx, now: daysAgo(first.ctx.now, -2) })).toEqual({ deleted: 2_500 });
  expect(await db.prisma.prediction.count()).toBe(2_502);
  expect(await pruneEveryWorkspace(db, daysAgo(first.ctx.now, -2))).toEqual({ deleted: 2_500 });
  expect(await db.prisma.prediction.count()).toBe(2);
  expect(await db.prisma.auditEvent.count({ where: { action: "session.expired" } })).toBe(4);
  expect((await db.prisma.usageHour.findMany()).map(({ predictions }) => predictions)).toEqual([1, 1]);
});

test("with 0 days nothing is kept but counts, nothing is remembered, and it still costs two statements", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  await (await predict(chatflowId, { body: { question: openingQuestion, sessionId: "s" } })).text();
  expect(await setRetention(ctx, { chatflowId, days: 0 })).toEqual({ days: 0, deleted: 1 });
  const ask = async (question: string, streaming: boolean) =>
    (await predict(chatflowId, { body: { question, streaming, sessionId: "s" } })).text();
  const statements = await statementsOf(() => ask(openingQuestion, false));
  expect(statements.filter((sql) => !sql.includes("passage"))).toHaveLength(2);
  const streamed = await ask(openingQuestion, true);
  expect(streamed).toContain("opens");
  // No client is told of a memory that is not there.
  expect(streamed).not.toContain("memoryType");
  expect(await ask(openingFollowUp, false)).toContain("could not find");
  expect(await db.prisma.prediction.count()).toBe(0);
  expect((await db.prisma.usageHour.findMany()).reduce((sum, { predictions }) => sum + predictions, 0)).toBe(4);
});

test.each([-1, 1.5, 3_651, Number.NaN, "7"])("%j is no number of days", async (days) => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  await expect(setRetention(ctx, { chatflowId, days: days as number })).rejects.toThrow(/whole number of days/);
});
