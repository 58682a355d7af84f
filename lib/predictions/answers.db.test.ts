import { expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { digestToken, generateToken } from "@/lib/api-keys/token";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { env } from "@/lib/env";
import { isUuid, publicCredentialId } from "@/lib/ids";
import { openingFollowUp, openingQuestion, predict } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import {
  createGuardedChatflow,
  createKnowledgeChatflow,
  createPublicChatflow,
  operatorContext,
} from "@/lib/testing/fixtures";

const db = await testDatabase();
const opening = "The workshop opens at nine and closes at five on weekdays.";
const question = openingQuestion;
const followUp = openingFollowUp;

test("the assigned key's token gets an answer with sources and ids", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const response = await predict(chatflowId, { token: key.token });
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(isUuid(response.headers.get("x-request-id") ?? "")).toBe(true);
  const answer = await response.json();
  expect(answer).toMatchObject({ question, isStreamValid: true, sessionId: answer.chatId });
  expect(answer.text).toContain(opening);
  expect(answer.sourceDocuments[0]).toMatchObject({ pageContent: opening, metadata: { source: "handbook.md" } });
});

test("streaming sends the same answer frame by frame, in Flowise's order", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const response = await predict(chatflowId, {
    token: key.token,
    body: { question, streaming: "true", chatId: "c-1" },
  });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": expect.stringMatching(/no-store.*no-transform/),
    "x-accel-buffering": "no",
  });
  const frames = (await response.text()).trimEnd().split("\n\n");
  const events = frames.map((frame) => JSON.parse(frame.replace(/^message:\ndata:(?=\{)/, "")));
  const names = events.map(({ event }) => event).filter((name, index, all) => name !== all[index - 1]);
  expect(names).toEqual(["start", "token", "sourceDocuments", "metadata", "end"]);
  const text = events.flatMap(({ event, data }) => (event === "token" ? [data] : [])).join("");
  const [row] = await db.prisma.prediction.findMany();
  expect(text).toContain(opening);
  expect(row).toMatchObject({ answer: text, status: "ok", chatId: "c-1", sessionId: "c-1" });
  expect(events.at(-2).data).toEqual({
    chatId: "c-1",
    chatMessageId: row?.id,
    question,
    sessionId: "c-1",
    memoryType: expect.any(String),
  });
});

test("a chatflow on documents is asked in words: uploads alone are refused, and beside words passed over", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const uploads = [{ type: "file", data: "data:image/png;base64,AAAA" }];
  const refused = await predict(chatflowId, { token: key.token, body: { question: "", uploads } });
  expect([refused.status, await refused.json()]).toEqual([
    422,
    expect.objectContaining({ field: "question", message: expect.stringMatching(/no uploads: question cannot be/) }),
  ]);
  expect(await db.prisma.prediction.count()).toBe(0);
  expect((await predict(chatflowId, { token: key.token, body: { question, uploads } })).status).toBe(200);
});

test("a public chatflow answers without credentials, and with a key of its workspace", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  const key = await createApiKey(ctx, { name: "Website" });
  expect((await predict(chatflowId)).status).toBe(200);
  expect((await predict(chatflowId, { token: key.token })).status).toBe(200);
  const rows = await db.prisma.prediction.findMany({ orderBy: { id: "asc" }, select: { credentialId: true } });
  expect(rows.map((row) => row.credentialId)).toEqual([publicCredentialId, key.id]);
});

test("each prediction is recorded once, with its usage", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  for (const streaming of [false, true, false]) {
    await (await predict(chatflowId, { token: key.token, body: { question, streaming } })).text();
  }
  const rows = await db.prisma.prediction.findMany();
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect(row).toMatchObject({
      workspaceId: ctx.actor.workspaceId,
      chatflowId,
      credentialId: key.id,
      status: "ok",
      errorCode: null,
    });
    expect(row.firstTokenMs).toBeLessThanOrEqual(row.durationMs);
  }
  const hours = await db.prisma.usageHour.findMany();
  expect(hours.reduce((sum, hour) => sum + hour.predictions, 0)).toBe(3);
  expect(
    hours.every((hour) => hour.credentialId === key.id && hour.errors === 0 && hour.hour.getTime() % 3_600_000 === 0),
  ).toBe(true);
});

test("a prediction costs two statements besides the engine's search, streamed or not", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  for (const streaming of [false, true]) {
    const body = { question, streaming, sessionId: "s" };
    const statements = await statementsOf(async () => (await predict(chatflowId, { token: key.token, body })).text());
    const ofTheEngine = statements.filter((sql) => sql.includes("passage"));
    expect(ofTheEngine).toHaveLength(1);
    expect(statements).toHaveLength(3);
  }
});

test("a refused call costs one statement, and none when the token's checksum fails", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const broken = key.token.slice(0, -1) + (key.token.endsWith("0") ? "1" : "0");
  expect(await statementsOf(() => predict(chatflowId, { token: generateToken() }))).toHaveLength(1);
  expect(await statementsOf(() => predict(chatflowId))).toHaveLength(1);
  expect(await statementsOf(() => predict(chatflowId, { token: broken }))).toEqual([]);
  expect(await statementsOf(() => predict(chatflowId, { token: key.token, body: {} }))).toEqual([]);
});

test("last use is written at most once a minute", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const lastUse = async () => (await db.prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } })).lastUsedAt;
  const setLastUse = (ageMs: number) =>
    db.prisma.apiKey.update({ where: { id: key.id }, data: { lastUsedAt: new Date(Date.now() - ageMs) } });

  expect(await lastUse()).toBeNull();
  await predict(chatflowId, { token: key.token });
  expect(Date.now() - Number(await lastUse())).toBeLessThan(10_000);

  const { lastUsedAt } = await setLastUse(45_000);
  await predict(chatflowId, { token: key.token });
  expect(await lastUse()).toEqual(lastUsedAt);

  await setLastUse(61_000);
  await predict(chatflowId, { token: key.token });
  expect(Date.now() - Number(await lastUse())).toBeLessThan(10_000);
});

test.each(["sessionId", "chatId", "overrideConfig"])("a session named by %s remembers its turns", async (field) => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const session = (id: string) =>
    field === "overrideConfig" ? { overrideConfig: { sessionId: id } } : { [field]: id };
  const ask = async (body: object) =>
    (await (await predict(chatflowId, { token: key.token, body })).json()).text as string;
  expect(await ask({ question: followUp, ...session("s") })).not.toContain(opening);
  await ask({ question, sessionId: "s" });
  expect(await ask({ question: followUp, ...session("another") })).not.toContain(opening);
  expect(await ask({ question: followUp, ...session("s") })).toContain(opening);
});

test("a chatflow without memory does not look back", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx, "Forgetful", 0);
  const { token } = await createApiKey(ctx, { name: "Website", chatflowId });
  const history = [
    { role: "userMessage", content: question },
    { role: "apiMessage", content: opening },
  ];
  await predict(chatflowId, { token, body: { question, sessionId: "s" } });
  const answer = await (
    await predict(chatflowId, { token, body: { question: followUp, sessionId: "s", history } })
  ).json();
  expect(answer.text).not.toContain(opening);
  expect(answer).not.toHaveProperty("memoryType");
});

test("history that a caller brings counts where the session has none of its own", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const history = [
    { role: "userMessage", content: question },
    { role: "apiMessage", content: opening },
  ];
  const ask = async (body: object) =>
    (await (await predict(chatflowId, { token: key.token, body })).json()).text as string;
  expect(await ask({ question: followUp, history })).toContain(opening);
  await ask({ question: "What about a returned bicycle?", sessionId: "s" });
  expect(await ask({ question: followUp, sessionId: "s", history })).not.toContain(opening);
});

test("neither another key nor the public continues a session, not even when its key is gone", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await predict(chatflowId, { token: key.token, body: { question, sessionId: "s" } });
  const follow = async (token?: string) => {
    const response = await predict(chatflowId, {
      ...(token && { token }),
      body: { question: followUp, sessionId: "s" },
    });
    return ((await response.json()) as { text: string }).text;
  };

  const other = await createApiKey(ctx, { name: "Other", chatflowId });
  expect(await follow(other.token)).not.toContain(opening);
  await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "public" } });
  expect(await follow()).not.toContain(opening);
  expect(await follow(other.token)).not.toContain(opening);
  expect(await follow(key.token)).toContain(opening);
  await deleteApiKey(ctx, { id: key.id, confirmName: key.name });
  expect(await follow()).not.toContain(opening);
});

test("a session survives the regeneration of its key", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await predict(chatflowId, { token: key.token, body: { question, sessionId: "s" } });
  const { token } = await regenerateApiKey(ctx, { id: key.id });
  const answer = await (await predict(chatflowId, { token, body: { question: followUp, sessionId: "s" } })).json();
  expect(answer.text).toContain(opening);
});

test("after a change of pepper a token still counts, and its digest is rewritten when it is used", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const peppers = env().FLOWLATCH_PEPPER;
  const newPepper = "a newer pepper of the tests 0123456789";
  peppers.unshift(newPepper);
  try {
    expect((await predict(chatflowId, { token: key.token })).status).toBe(200);
    const [secret] = await db.prisma.apiKeySecret.findMany();
    expect(Buffer.from(secret?.digest ?? [])).toEqual(digestToken(key.token as never, newPepper));
    peppers.length = 1;
    expect((await predict(chatflowId, { token: key.token })).status).toBe(200);
  } finally {
    peppers.splice(0, peppers.length, "pepper-of-the-tests-0123456789abcdefgh");
  }
});

test("no row of any table holds a token", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const renewed = await regenerateApiKey(ctx, { id: key.id });
  await predict(chatflowId, { token: renewed.token });
  await predict(chatflowId, { token: key.token });
  const { rows: tables } = await db.pool.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  expect(tables.length).toBeGreaterThan(10);
  for (const { tablename } of tables) {
    const { rows } = await db.pool.query(`SELECT t::text AS text FROM "${tablename}" t`);
    const dump = rows.map(({ text }) => text).join("\n");
    for (const token of [key.token, renewed.token]) expect(dump).not.toContain(token.slice(4, -4));
  }
});
