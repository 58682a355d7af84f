import { afterEach, expect, test, vi } from "vitest";
import { revokeToken } from "@/lib/api-keys/revoke";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import { newId } from "@/lib/ids";
import { predict } from "@/lib/testing/call";
import { sentStatements, statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

const origin = () => ({ db, now: new Date(), requestId: newId(), address: "203.0.113.9" });
const keyOf = (id: string) => db.prisma.apiKey.findUniqueOrThrow({ where: { id } });
const secretsOf = (apiKeyId: string) =>
  db.prisma.apiKeySecret.findMany({ where: { apiKeyId }, orderBy: { id: "asc" } });
const revocations = () =>
  db.prisma.auditEvent.findMany({ where: { action: "api_key.token_revoked" }, orderBy: { id: "asc" } });

const inAnHour = () => new Date(Date.now() + 3_600_000);

test("a live token ends, its key is exposed, and the trail says which, by whom and from where", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const from = origin();
  expect(await revokeToken(from, key.token)).toEqual({
    id: key.id,
    name: "Website",
    lastFour: key.token.slice(-4),
    source: null,
    was: "live",
  });
  expect((await predict(chatflowId, { token: key.token })).status).toBe(401);
  expect(await keyOf(key.id)).toMatchObject({ exposedAt: from.now });
  expect(await secretsOf(key.id)).toMatchObject([{ expiresAt: from.now, endReason: "exposed" }]);
  expect(await revocations()).toMatchObject([
    {
      workspaceId: ctx.actor.workspaceId,
      actorKind: "api_key",
      actorId: key.id,
      actorName: "Website",
      targetKind: "api_key",
      targetId: key.id,
      targetName: "Website",
      detail: { before: { token: "live" }, after: { token: "ended" }, lastFour: key.token.slice(-4) },
      requestId: from.requestId,
      address: "203.0.113.9",
    },
  ]);
  expect(JSON.stringify(await revocations())).not.toContain(key.token.slice(0, 20));
});

test("a new token makes an exposed key whole again", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await revokeToken(origin(), key.token);
  const { token } = await regenerateApiKey(ctx, { id: key.id });
  expect(await keyOf(key.id)).toMatchObject({ exposedAt: null });
  expect((await predict(chatflowId, { token })).status).toBe(200);
  expect((await predict(chatflowId, { token: key.token })).status).toBe(401);
});

test("a retiring token takes only its own secret along: the live one works on, and its key is not exposed", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const { token } = await regenerateApiKey(ctx, { id: key.id, oldTokenStops: inAnHour() });
  expect((await predict(chatflowId, { token: key.token })).status).toBe(200);
  expect(await revokeToken(origin(), key.token)).toMatchObject({ was: "retiring" });
  expect((await predict(chatflowId, { token: key.token })).status).toBe(401);
  expect((await predict(chatflowId, { token })).status).toBe(200);
  expect(await keyOf(key.id)).toMatchObject({ exposedAt: null });
  expect(await secretsOf(key.id)).toMatchObject([{ endReason: "exposed" }, { endReason: null, expiresAt: null }]);
});

test("the live token of a key that still has a retiring one takes only its own secret along", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const { token } = await regenerateApiKey(ctx, { id: key.id, oldTokenStops: inAnHour() });
  expect(await revokeToken(origin(), token)).toMatchObject({ was: "live" });
  expect((await predict(chatflowId, { token })).status).toBe(401);
  expect((await predict(chatflowId, { token: key.token })).status).toBe(200);
});

test("a token that had ended keeps its end, and is remembered as exposed", async () => {
  const { ctx, key } = await createGuardedChatflow(db);
  await regenerateApiKey(ctx, { id: key.id });
  const [before] = await secretsOf(key.id);
  expect(await revokeToken(origin(), key.token)).toMatchObject({ was: "ended" });
  const [after] = await secretsOf(key.id);
  expect(after).toMatchObject({ expiresAt: before?.expiresAt, endReason: "exposed" });
  expect(await keyOf(key.id)).toMatchObject({ exposedAt: null });
  expect(await revocations()).toHaveLength(1);
});

test("a second report changes nothing and adds nothing to the trail", async () => {
  const { key } = await createGuardedChatflow(db);
  const first = origin();
  await revokeToken(first, key.token);
  await revokeToken({ ...origin(), now: new Date(first.now.getTime() + 60_000) }, key.token);
  expect(await secretsOf(key.id)).toMatchObject([{ expiresAt: first.now }]);
  expect(await keyOf(key.id)).toMatchObject({ exposedAt: first.now });
  expect(await revocations()).toHaveLength(1);
});

test.each([
  ["disabled", { disabledAt: new Date() }, { disabledAt: null }],
  ["expired", { expiresAt: new Date(Date.now() - 1) }, { expiresAt: null }],
  ["fenced in", { allowedAddresses: ["198.51.100.0/24"] }, { allowedAddresses: [] }],
])("the token of a key that is %s ends too: allowing the key again does not revive it", async (_, now, later) => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  await db.prisma.apiKey.update({ where: { id: key.id }, data: now });
  await revokeToken(origin(), key.token);
  await db.prisma.apiKey.update({ where: { id: key.id }, data: later });
  expect((await predict(chatflowId, { token: key.token })).status).toBe(401);
});

test("other keys, of this workspace and another, are left alone", async () => {
  const { ctx, key } = await createGuardedChatflow(db);
  const others = [
    await createApiKey(ctx, { name: "Other" }),
    await createApiKey(await operatorContext(db), { name: "Away" }),
  ];
  await revokeToken(origin(), key.token);
  for (const { id } of others) {
    expect(await keyOf(id)).toMatchObject({ exposedAt: null });
    expect(await secretsOf(id)).toMatchObject([{ expiresAt: null, endReason: null }]);
  }
});

test.each(["", "nonsense", "flk_", "x".repeat(2_000)])("%j is no token and costs no SQL", async (given) => {
  expect(await statementsOf(async () => expect(await revokeToken(origin(), given)).toBeNull())).toEqual([]);
});

test("a well-formed token that nobody issued changes nothing, and the database never sees it", async () => {
  const token = generateToken();
  const statements = await sentStatements(async () => expect(await revokeToken(origin(), token)).toBeNull());
  expect(statements.map(({ text }) => text).filter((text) => /^\s*(INSERT|UPDATE|DELETE)/.test(text))).toEqual([]);
  expect(JSON.stringify(statements)).not.toContain(token);
  expect(await revocations()).toEqual([]);
});

test("white space around a token that was copied is no part of it", async () => {
  const { key } = await createGuardedChatflow(db);
  expect(await revokeToken(origin(), ` ${key.token}\n`)).toMatchObject({ was: "live" });
});

test("a token whose digest is under an older pepper is found as well", async () => {
  const { key } = await createGuardedChatflow(db);
  vi.stubEnv("FLOWLATCH_PEPPER", `a-newer-pepper-0123456789abcdefghijkl,${process.env.FLOWLATCH_PEPPER}`);
  vi.resetModules();
  const { revokeToken: revokeWithBoth } = await import("@/lib/api-keys/revoke");
  expect(await revokeWithBoth(origin(), key.token)).toMatchObject({ was: "live" });
});

test("when the trail cannot be written, the token was not ended either", async () => {
  const { key } = await createGuardedChatflow(db);
  await expect(revokeToken({ ...origin(), requestId: null as unknown as string }, key.token)).rejects.toThrow();
  expect(await secretsOf(key.id)).toMatchObject([{ expiresAt: null, endReason: null }]);
  expect(await keyOf(key.id)).toMatchObject({ exposedAt: null });
});
