import { encode } from "next-auth/jwt";
import { expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import type { Operator } from "@/lib/auth/current";
import { newestSessionSecret } from "@/lib/auth/session-secrets";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { newId } from "@/lib/ids";
import { comparable, predict, type TestCall } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createPublicChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();

async function refusal(chatflowId: string, call: TestCall) {
  const response = await predict(chatflowId, call);
  const { code, field } = (await response.json()) as { code: string; field?: string };
  return {
    status: response.status,
    code,
    challenge: response.headers.get("www-authenticate"),
    ...(field && { field }),
  };
}

const bare = 'Bearer realm="flowlatch"';

test("a guarded chatflow refuses a call without credentials with a bare challenge", async () => {
  const { chatflowId } = await createGuardedChatflow(db);
  const expected = { status: 401, code: "unauthenticated", challenge: bare };
  expect(await refusal(chatflowId, {})).toEqual(expected);
  expect(await refusal(chatflowId, { authorization: "Basic dXNlcjpwYXNz" })).toEqual(expected);
});

test("a dashboard cookie authorises no prediction", async () => {
  const { ctx, chatflowId } = await createGuardedChatflow(db);
  const { userId } = ctx.actor as Operator;
  // The owner's own session, as signing in makes it.
  const session = await encode({ token: { sub: userId, sessionEpoch: 0 }, secret: newestSessionSecret() });
  for (const name of ["flowlatch.session", "__Host-flowlatch.session"]) {
    const headers = { Cookie: `${name}=${session}` };
    expect(await refusal(chatflowId, { headers })).toMatchObject({ status: 401, code: "unauthenticated" });
  }
  expect(await refusal(chatflowId, { token: session })).toMatchObject({ status: 401, code: "invalid_token" });
});

test("tokens that are unknown, malformed, regenerated, deleted, expired, disabled or foreign get one and the same answer", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const made = async (name: string) => await createApiKey(ctx, { name });
  const [expired, disabled, deleted, oldSecret] = [await made("a"), await made("b"), await made("c"), await made("d")];
  const past = new Date(Date.now() - 1_000);
  await db.prisma.apiKey.update({ where: { id: expired.id }, data: { expiresAt: past } });
  await db.prisma.apiKey.update({ where: { id: disabled.id }, data: { disabledAt: past } });
  await db.prisma.apiKeySecret.updateMany({ where: { apiKeyId: oldSecret.id }, data: { expiresAt: past } });
  await deleteApiKey(ctx, { id: deleted.id, confirmName: deleted.name });
  await regenerateApiKey(ctx, { id: key.id });
  const foreign = await createGuardedChatflow(db);

  const tokens = {
    unknown: generateToken(),
    malformed: "nonsense",
    checksum: `${key.token.slice(0, -1)}${key.token.endsWith("0") ? "1" : "0"}`,
    empty: "",
    regenerated: key.token,
    deleted: deleted.token,
    expired: expired.token,
    disabled: disabled.token,
    expiredSecret: oldSecret.token,
    foreign: foreign.key.token,
  };
  const { chatflowId: openId } = await createPublicChatflow(db);
  for (const id of [chatflowId, openId]) {
    const answers = Object.entries(tokens).map(async ([kind, token]) => [
      kind,
      await comparable(await predict(id, { authorization: `Bearer ${token}` })),
    ]);
    const byKind = Object.fromEntries(await Promise.all(answers));
    expect(byKind.unknown).toMatchObject({ status: 401, body: expect.stringContaining("invalid_token") });
    expect(byKind.unknown.headers).toContainEqual(["www-authenticate", `${bare}, error="invalid_token"`]);
    for (const kind of Object.keys(tokens)) expect({ kind, ...byKind[kind] }).toEqual({ kind, ...byKind.unknown });
  }
  // The foreign one is good at home, so it is its being foreign that was refused.
  expect((await predict(foreign.chatflowId, { token: foreign.key.token })).status).toBe(200);
});

test("a good token is told when it is not the assigned one, and when nobody's is", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const other = await createApiKey(ctx, { name: "Other" });
  expect(await refusal(chatflowId, { token: other.token })).toEqual({
    status: 403,
    code: "insufficient_scope",
    challenge: `${bare}, error="insufficient_scope"`,
  });
  await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "closed" } });
  expect(await refusal(chatflowId, { token: key.token })).toMatchObject({ status: 403, code: "chatflow_closed" });
  expect(await refusal(chatflowId, {})).toMatchObject({ status: 401, code: "unauthenticated" });
});

test("deleting its key closes a chatflow", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await deleteApiKey(ctx, { id: key.id, confirmName: key.name });
  expect(await refusal(chatflowId, {})).toMatchObject({ status: 401 });
  expect(await refusal(chatflowId, { token: key.token })).toMatchObject({ code: "invalid_token" });
  expect(await db.prisma.prediction.count()).toBe(0);
});

test.each([newId(), "no-uuid", "%00", "' OR 1=1 --"])(
  "the chatflow id %s is not found, with a good token or none",
  async (id) => {
    const { key } = await createGuardedChatflow(db);
    expect(await refusal(id, {})).toMatchObject({ status: 404, code: "not_found" });
    expect(await refusal(id, { token: key.token, body: { question: "?", streaming: true } })).toMatchObject({
      status: 404,
    });
    expect(await refusal(id, { token: generateToken() })).toMatchObject({ code: "invalid_token" });
  },
);

test("a token in the query is refused, even beside a good one in the header", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  for (const query of [`?access_token=${key.token}`, `?x=${key.token}`, "?apiKey=old"]) {
    const response = await predict(chatflowId, { token: key.token, query });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain(key.token.slice(4, -4));
  }
});

test("what is wrong with a body is said before the call is verified, after the token's form", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const { token } = key;
  const tooLong = { question: "x".repeat(1_100_000) };
  expect(await refusal(chatflowId, { token, body: "{" })).toMatchObject({ status: 400, code: "invalid_request" });
  expect(await refusal(chatflowId, { token, headers: { "Content-Type": "text/plain" } })).toMatchObject({
    status: 415,
  });
  expect(await refusal(chatflowId, { token, body: tooLong })).toMatchObject({ status: 413, code: "payload_too_large" });
  expect(await refusal(chatflowId, { token, body: {} })).toMatchObject({ status: 422, field: "question" });
  expect(await refusal(chatflowId, { body: {} })).toMatchObject({ status: 422 });
  expect(await refusal(chatflowId, { authorization: "Bearer x", body: tooLong })).toMatchObject({ status: 401 });
});

test("refused calls are not recorded and use nothing", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  await predict(chatflowId, { token: generateToken() });
  await predict(chatflowId);
  await predict(chatflowId, { token: key.token, body: {} });
  expect(await db.prisma.prediction.count()).toBe(0);
  expect(await db.prisma.usageHour.count()).toBe(0);
  expect((await db.prisma.apiKey.findFirst())?.lastUsedAt).toBeNull();
});

test("a client that accepts a stream only reads a refusal as one sentence", async () => {
  const { chatflowId } = await createGuardedChatflow(db);
  const response = await predict(chatflowId, {
    headers: { Accept: "text/event-stream" },
    body: { question: "?", streaming: true },
  });
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toBe(bare);
  expect(await response.text()).toMatch(/^This chatflow needs an API key.*\.$/);
});
