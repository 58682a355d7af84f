import { expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { newId } from "@/lib/ids";
import { deleteSession, deleteTurn } from "@/lib/sessions/delete";
import { forgetSessionId } from "@/lib/sessions/forget";
import { getConversation, turnsPerPage } from "@/lib/sessions/read";
import { openingFollowUp, predict } from "@/lib/testing/call";
import { recordTurns } from "@/lib/testing/conversations";
import { testDatabase } from "@/lib/testing/database";
import { endingAfter } from "@/lib/testing/ending";
import { createGuardedChatflow, createKnowledgeChatflow, createPublicChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();
const left = async () =>
  (await db.prisma.prediction.findMany({ orderBy: { id: "asc" }, select: { sessionId: true } })).map(
    (p) => p.sessionId,
  );
const notFound = { code: "not_found" };

test("a conversation is read with its turns, sources, timings and caller, whichever turn names it", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  for (const question of ["When does the workshop open?", openingFollowUp]) {
    await (await predict(chatflowId, { token: key.token, body: { question, sessionId: "s" } })).text();
  }
  const ids = (await db.prisma.prediction.findMany({ orderBy: { id: "asc" }, select: { id: true } })).map((p) => p.id);
  for (const turnId of ids) {
    const conversation = await getConversation(ctx, { chatflowId, turnId });
    expect(conversation).toMatchObject({
      sessionId: "s",
      caller: { kind: "key", name: "Website" },
      title: "When does the workshop open?",
      turnCount: 2,
      earlier: null,
    });
    expect(conversation.turns.map(({ id }) => id)).toEqual(ids);
    expect(conversation.turns[0]).toMatchObject({
      status: "ok",
      sources: ["handbook.md › Handbook › Opening hours"],
      answer: expect.stringContaining("opens at nine"),
      durationMs: expect.any(Number),
    });
  }
});

test("a long conversation is read from its end, page by page", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const count = turnsPerPage + 3;
  const [turnId = ""] = await recordTurns(
    ctx,
    chatflowId,
    Array.from({ length: count }, (_, n) => ({ sessionId: "s", question: `${n}`, createdAt: new Date(1e12 + n) })),
  );
  const last = await getConversation(ctx, { chatflowId, turnId });
  expect(last.turns.map(({ question }) => question)).toEqual(
    Array.from({ length: turnsPerPage }, (_, n) => `${n + 3}`),
  );
  const first = await getConversation(ctx, { chatflowId, turnId, before: last.earlier ?? "" });
  expect(first.turns.map(({ question }) => question)).toEqual(["0", "1", "2"]);
  expect(first.earlier).toBeNull();
});

test("a deleted conversation is gone with all its turns, another of the same id is not, and nothing of it is remembered", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const ask = async (question: string) =>
    (await predict(chatflowId, { token: key.token, body: { question, sessionId: "s" } })).json();
  await ask("When does the workshop open?");
  expect((await ask(openingFollowUp)).text).toContain("closes at five");
  await recordTurns(ctx, chatflowId, [{ sessionId: "s" }]);
  const [turn] = await db.prisma.prediction.findMany({ where: { credentialId: key.id } });
  const result = await deleteSession(ctx, { chatflowId, turnId: turn?.id ?? "" });
  expect(result).toEqual({ sessionId: "s", turns: 2 });
  expect(await left()).toEqual(["s"]);
  expect((await ask(openingFollowUp)).text).toContain("could not find");
  const event = await db.prisma.auditEvent.findFirst({ where: { action: "session.deleted" } });
  expect(event?.detail).toEqual({ sessionId: "s", credentialId: key.id, predictions: 2 });
});

test("one turn is deleted by itself; the others stay", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const [first = "", second = ""] = await recordTurns(ctx, chatflowId, [{ sessionId: "s" }, { sessionId: "s" }]);
  expect(await deleteTurn(ctx, { chatflowId, turnId: second })).toEqual({ turnId: first });
  expect(await left()).toEqual(["s"]);
  expect(await deleteTurn(ctx, { chatflowId, turnId: first })).toEqual({ turnId: null });
  expect(await db.prisma.auditEvent.count({ where: { action: "session.turn_deleted" } })).toBe(2);
});

test("a session id is forgotten under every key, in one chatflow or in all of the workspace, with who and how many on record", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const other = await createKnowledgeChatflow(ctx, "Other");
  const foreign = await createPublicChatflow(db);
  const key = await createApiKey(ctx, { name: "Website" });
  for (const [owner, id] of [
    [ctx, chatflowId],
    [ctx, other],
    [foreign.ctx, foreign.chatflowId],
  ] as const) {
    await recordTurns(owner, id, [
      { sessionId: "olga" },
      { sessionId: "olga", credentialId: key.id },
      { sessionId: "x" },
    ]);
  }
  const here = await forgetSessionId(ctx, { chatflowId, sessionId: " olga " });
  expect(here).toEqual({ sessions: 2, turns: 2, chatflows: 1, feedback: 0, leads: 0 });
  expect((await left()).filter((id) => id === "olga")).toHaveLength(4);
  await expect(forgetSessionId(ctx, { chatflowId, sessionId: "olga" })).rejects.toMatchObject(notFound);
  expect(await forgetSessionId(ctx, { chatflowId: null, sessionId: "olga" })).toMatchObject({
    sessions: 2,
    turns: 2,
    chatflows: 1,
  });
  // The other workspace's are not ours to forget, and "x" was not asked for.
  expect(await left()).toEqual(["x", "x", "olga", "olga", "x"]);
  const events = await db.prisma.auditEvent.findMany({
    where: { action: "session.forgotten" },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ targetId, detail }) => [targetId, detail])).toEqual([
    [chatflowId, { sessionId: "olga", sessions: 2, predictions: 2, feedback: 0, leads: 0 }],
    [other, { sessionId: "olga", sessions: 2, predictions: 2, feedback: 0, leads: 0 }],
  ]);
});

test("with a session id its feedback and the contact details of its chats are forgotten, and nobody else's", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const other = await createKnowledgeChatflow(ctx, "Other");
  const turns = [
    { sessionId: "olga", chatId: "her chat" },
    { sessionId: "boris", chatId: "his chat" },
  ];
  const rated = await recordTurns(ctx, chatflowId, turns);
  const { workspaceId } = ctx.actor;
  const at = { createdAt: ctx.now, updatedAt: ctx.now };
  await db.prisma.feedback.createMany({
    data: rated.map((predictionId) => ({
      ...{ id: newId(), workspaceId, chatflowId, predictionId, rating: "THUMBS_UP", ...at },
    })),
  });
  const foreign = await createPublicChatflow(db);
  const lead = (name: string, chatflowId: string, chatId: string, of = ctx) => ({
    ...{ id: newId(), workspaceId: of.actor.workspaceId, chatflowId, chatId, name, createdAt: ctx.now },
  });
  await db.prisma.lead.createMany({
    data: [
      ...[lead("Olga", chatflowId, "her chat"), lead("Boris", chatflowId, "his chat")],
      // A chat bears the session's own id, as the website widget's do; another has the name of a chat elsewhere.
      ...[lead("Olga elsewhere", other, "olga"), lead("Somebody", other, "his chat")],
      lead("Stranger", foreign.chatflowId, "boris", foreign.ctx),
    ],
  });
  const left = async () => ({
    leads: (await db.prisma.lead.findMany({ orderBy: { name: "asc" } })).map(({ name }) => name),
    rated: (await db.prisma.feedback.findMany()).map(({ predictionId }) => predictionId),
  });

  const result = await forgetSessionId(ctx, { chatflowId, sessionId: "olga" });
  expect(result).toEqual({ sessions: 1, turns: 1, chatflows: 1, feedback: 1, leads: 1 });
  expect(await left()).toEqual({ leads: ["Boris", "Olga elsewhere", "Somebody", "Stranger"], rated: [rated[1]] });
  const everywhere = await forgetSessionId(ctx, { chatflowId: null, sessionId: "olga" });
  expect(everywhere).toEqual({ sessions: 0, turns: 0, chatflows: 1, feedback: 0, leads: 1 });
  expect((await left()).leads).toEqual(["Boris", "Somebody", "Stranger"]);
  await forgetSessionId(ctx, { chatflowId: null, sessionId: "boris" });
  expect(await left()).toEqual({ leads: ["Somebody", "Stranger"], rated: [] });
  const events = await db.prisma.auditEvent.findMany({
    where: { action: "session.forgotten" },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ detail }) => detail)).toMatchObject([
    { leads: 1, feedback: 1 },
    { leads: 1, predictions: 0 },
    { leads: 1, feedback: 1 },
  ]);
  expect(JSON.stringify(events.map(({ detail }) => detail))).not.toContain("Olga");
});

test("a long conversation goes in several transactions, each on record, the turn that names it last", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const long = Array.from({ length: 7 }, (_, n) => ({ sessionId: "long", createdAt: new Date(1e12 + n) }));
  const ids = await recordTurns(ctx, chatflowId, [...long, { sessionId: "other" }]);
  const turnId = ids[6] ?? "";
  await expect(deleteSession(endingAfter(ctx, 1), { chatflowId, turnId }, 3)).rejects.toThrow("ended");
  expect(await left()).toEqual(["long", "long", "long", "long", "other"]);
  expect(await deleteSession(ctx, { chatflowId, turnId }, 3)).toEqual({ sessionId: "long", turns: 4 });
  expect(await left()).toEqual(["other"]);
  const events = await db.prisma.auditEvent.findMany({ where: { action: "session.deleted" }, orderBy: { id: "asc" } });
  expect(events.map(({ detail }) => (detail as { predictions: number }).predictions)).toEqual([3, 3, 1]);
});

test("a session id with many turns is forgotten in several transactions, and again after one that did not come to its end", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const other = await createKnowledgeChatflow(ctx, "Other");
  const key = await createApiKey(ctx, { name: "Website" });
  const olga = { sessionId: "olga" };
  const turns = [olga, olga, olga, { ...olga, credentialId: key.id }, { sessionId: "x" }];
  await recordTurns(ctx, chatflowId, turns);
  await recordTurns(ctx, other, turns);
  const forget = (of = ctx) => forgetSessionId(of, { chatflowId: null, sessionId: "olga" }, 2);
  await expect(forget(endingAfter(ctx, 1))).rejects.toThrow("ended");
  expect((await left()).filter((id) => id === "olga")).toHaveLength(6);
  const rest = { sessions: 4, turns: 6, chatflows: 2, feedback: 0, leads: 0 };
  expect(await forget()).toEqual(rest);
  expect(await left()).toEqual(["x", "x"]);
  await expect(forget()).rejects.toMatchObject(notFound);
  const events = await db.prisma.auditEvent.findMany({ where: { action: "session.forgotten" } });
  const sum = (of: string) =>
    events.reduce((total, { detail }) => total + Number((detail as Record<string, unknown>)[of]), 0);
  expect([sum("predictions"), sum("sessions")]).toEqual([8, 4]);
});
