import { expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();

test("creating a key returns its token once and stores a digest and four characters", async () => {
  const ctx = await operatorContext(db, "editor");
  const { id, name, token } = await createApiKey(ctx, { name: "  Website  " });
  expect({ name, token }).toEqual({ name: "Website", token: expect.stringMatching(/^flk_[0-9A-Za-z]{49}$/) });
  const [key] = await db.prisma.apiKey.findMany({ include: { secrets: true } });
  expect(key).toMatchObject({ id, name, lastFour: token.slice(-4), lastUsedAt: null });
  expect(key?.secrets).toMatchObject([{ lastFour: token.slice(-4), expiresAt: null }]);
  expect(key?.secrets[0]?.digest).toHaveLength(32);
});

test("a key made for a chatflow is assigned to it, and a chatflow that is public no more", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "public" } });
  const { id } = await createApiKey(ctx, { name: "Website", chatflowId });
  expect(await db.prisma.chatflow.findFirst()).toMatchObject({ apiKeyId: id, isPublic: false });
});

test("a key for a chatflow that is not there, or is another workspace's, is not made at all", async () => {
  const ctx = await operatorContext(db);
  const foreign = await createKnowledgeChatflow(await operatorContext(db));
  for (const chatflowId of [newId(), foreign]) {
    await expect(createApiKey(ctx, { name: "Website", chatflowId })).rejects.toMatchObject({ code: "not_found" });
  }
  expect(await db.prisma.apiKey.count()).toBe(0);
});

test.each<[string, RegExp]>([
  ["", /required/],
  [" \u00a0\t", /required/],
  ["x".repeat(65), /at most 64 characters; this one has 65/],
  ["a\nb", /line breaks/],
  ["a\u202eb", /invisible/],
  ["a\0b", /invisible/],
])("the name %j is refused with the rule it breaks", async (name, message) => {
  const ctx = await operatorContext(db);
  const { id } = await createApiKey(ctx, { name: "Website" });
  const expected = { code: "invalid_input", field: "name", message: expect.stringMatching(message) };
  await expect(createApiKey(ctx, { name })).rejects.toMatchObject(expected);
  await expect(renameApiKey(ctx, { id, name })).rejects.toMatchObject(expected);
});

test.each(["😀".repeat(64), "Ключ для сайта", "'; DROP TABLE api_key; --", "<img src=x onerror=alert(1)>", "%_\\"])(
  "the name %j is kept as it is",
  async (name) => {
    const ctx = await operatorContext(db);
    await createApiKey(ctx, { name });
    expect((await db.prisma.apiKey.findFirst())?.name).toBe(name);
  },
);

test.each([
  ["Website", "WEBSITE"],
  ["straße", "STRAßE"],
  ["Acme", "Ａcme"],
  ["Café", "Cafe\u0301"],
  ["Website", " Website "],
])("beside %j there can be no %j in a workspace, but in another", async (first, second) => {
  const ctx = await operatorContext(db);
  await createApiKey(ctx, { name: first });
  const { id } = await createApiKey(ctx, { name: "Else" });
  await expect(createApiKey(ctx, { name: second })).rejects.toMatchObject({ code: "name_taken", field: "name" });
  await expect(renameApiKey(ctx, { id, name: second })).rejects.toMatchObject({ code: "name_taken", field: "name" });
  expect(await db.prisma.apiKey.count()).toBe(2);
  await createApiKey(await operatorContext(db), { name: second });
});

test("renaming keeps token, id and assignments, and may change only the case", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const before = await db.prisma.apiKeySecret.findMany();
  await renameApiKey(ctx, { id: key.id, name: "WEBSITE" });
  expect(await db.prisma.apiKey.findFirst()).toMatchObject({ id: key.id, name: "WEBSITE" });
  expect(await db.prisma.apiKeySecret.findMany()).toEqual(before);
  expect(await db.prisma.chatflow.findUnique({ where: { id: chatflowId } })).toMatchObject({ apiKeyId: key.id });
});

test("regenerating replaces the one secret and keeps name, assignment, expiry and switch", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const kept = { expiresAt: new Date("2030-01-01"), disabledAt: new Date("2026-01-01") };
  await db.prisma.apiKey.update({ where: { id: key.id }, data: kept });
  const renewed = await regenerateApiKey(ctx, { id: key.id });
  expect(renewed).toMatchObject({ id: key.id, name: key.name });
  expect(renewed.token).not.toBe(key.token);
  expect(await db.prisma.apiKeySecret.findMany({ where: { expiresAt: null } })).toMatchObject([
    { lastFour: renewed.token.slice(-4), expiresAt: null },
  ]);
  expect(await db.prisma.apiKey.findFirst()).toMatchObject({ ...kept, lastFour: renewed.token.slice(-4) });
  expect(await db.prisma.chatflow.findUnique({ where: { id: chatflowId } })).toMatchObject({ apiKeyId: key.id });
});

test("deleting asks for the name, names the chatflows that close, and never opens one", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await expect(deleteApiKey(ctx, { id: key.id, confirmName: "website" })).rejects.toMatchObject({
    code: "invalid_input",
    field: "confirmName",
  });
  const deleted = await deleteApiKey(ctx, { id: key.id, confirmName: "Website" });
  expect(deleted.closedChatflows).toEqual([{ id: chatflowId, name: "Support" }]);
  expect(await db.prisma.chatflow.findFirst()).toMatchObject({ apiKeyId: null, isPublic: false });
  expect(await db.prisma.apiKeySecret.count()).toBe(0);
});

test("each change leaves one audit event, which nobody can alter, and none holds a token", async () => {
  const ctx = await operatorContext(db);
  const { id, token } = await createApiKey(ctx, { name: "Website" });
  await renameApiKey(ctx, { id, name: "Shop" });
  await renameApiKey(ctx, { id, name: "Shop" });
  const renewed = await regenerateApiKey(ctx, { id });
  await deleteApiKey(ctx, { id, confirmName: "Shop" });
  const events = await db.prisma.auditEvent.findMany({ orderBy: { id: "asc" } });
  expect(events.map(({ action, targetName }) => [action, targetName])).toEqual([
    ["api_key.created", "Website"],
    ["api_key.renamed", "Shop"],
    ["api_key.regenerated", "Shop"],
    ["api_key.deleted", "Shop"],
  ]);
  for (const secret of [token, renewed.token]) expect(JSON.stringify(events)).not.toContain(secret.slice(4, -4));
  await expect(db.pool.query("UPDATE audit_event SET action = 'nothing'")).rejects.toThrow(/cannot be changed/);
  await expect(db.pool.query("DELETE FROM audit_event")).rejects.toThrow(/cannot be changed/);
  await expect(db.pool.query("TRUNCATE audit_event CASCADE")).rejects.toThrow(/cannot be changed/);
});

test("what a caller sends besides its fields is not taken over", async () => {
  const ctx = await operatorContext(db);
  const extra = { workspaceId: newId(), digest: "x", token: "flk_mine", lastFour: "0000", createdById: newId() };
  const { id, token } = await createApiKey(ctx, { name: "Website", ...extra } as never);
  expect(token).not.toBe("flk_mine");
  expect(await db.prisma.apiKey.findUnique({ where: { id } })).toMatchObject({
    workspaceId: ctx.actor.workspaceId,
    lastFour: token.slice(-4),
  });
});
