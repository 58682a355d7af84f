import { expect, test } from "vitest";
import { revokeToken } from "@/lib/api-keys/revoke";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { openSealed, sealToken } from "@/lib/shares/seal";
import { openShare, pruneShares, shareToken } from "@/lib/shares/service";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const hourMs = 3_600_000;

const stranger = (now = new Date()) => ({ db, now, requestId: newId(), address: "203.0.113.9" });
const pending = (apiKeyId: string) => db.prisma.sharedToken.count({ where: { apiKeyId } });

async function shareKey(ctx: Context, { id: apiKeyId, token }: { id: string; token: string }) {
  const sealed = await sealToken(token);
  const { id, ciphertext } = sealed;
  const { expiresAt } = await shareToken(ctx, { id, apiKeyId, lastFour: token.slice(-4), ciphertext });
  return { ...sealed, expiresAt };
}

async function sharedKey() {
  const ctx = await operatorContext(db);
  const key = await createApiKey(ctx, { name: "Website" });
  return { ctx, key, shared: await shareKey(ctx, key) };
}

test("what was shared opens once, and is deleted by it; both are on record without the token", async () => {
  const { ctx, key, shared } = await sharedKey();
  expect(shared.expiresAt).toEqual(new Date(ctx.now.getTime() + 24 * hourMs));
  const { ciphertext } = await openShare(stranger(), { id: shared.id });
  expect(await openSealed({ ...shared, ciphertext })).toBe(key.token);
  expect(await pending(key.id)).toBe(0);
  await expect(openShare(stranger(), { id: shared.id })).rejects.toMatchObject({ code: "not_found" });
  const events = await db.prisma.auditEvent.findMany({
    where: { targetId: key.id, action: { contains: "shared" } },
    orderBy: { id: "asc" },
  });
  expect(events).toMatchObject([
    { action: "api_key.token_shared", actorKind: "operator", targetName: "Website" },
    { action: "api_key.shared_token_opened", actorKind: "system", actorName: "Shared link", address: "203.0.113.9" },
  ]);
  const everything = JSON.stringify(events);
  for (const secret of [key.token.slice(4, 20), shared.fragment, shared.ciphertext]) {
    expect(everything).not.toContain(secret);
  }
});

test("a link that was opened, has expired or never was is answered alike", async () => {
  const opened = (await sharedKey()).shared;
  await openShare(stranger(), { id: opened.id });
  const expired = (await sharedKey()).shared;
  const answers = await Promise.all([
    openShare(stranger(), { id: opened.id }).catch((error) => error),
    openShare(stranger(expired.expiresAt), { id: expired.id }).catch((error) => error),
    openShare(stranger(), { id: newId() }).catch((error) => error),
  ]);
  for (const { code, message } of answers) {
    expect({ code, message }).toEqual({
      code: "not_found",
      message: "This link was opened before, or it has expired.",
    });
  }
});

test("regenerating, reporting and deleting a key withdraw what waits to be opened of it", async () => {
  const ends: ((ctx: Context, key: { id: string; token: string }) => Promise<unknown>)[] = [
    (ctx, { id }) => regenerateApiKey(ctx, { id }),
    (ctx, { id }) => regenerateApiKey(ctx, { id, oldTokenStops: new Date(Date.now() + hourMs) }),
    (_, { token }) => revokeToken(stranger(), token),
    (ctx, { id }) => deleteApiKey(ctx, { id, confirmName: "Website" }),
  ];
  for (const end of ends) {
    const { ctx, key, shared } = await sharedKey();
    await end(ctx, key);
    expect(await pending(key.id)).toBe(0);
    await expect(openShare(stranger(), { id: shared.id })).rejects.toMatchObject({ code: "not_found" });
  }
});

test("a token that was replaced or reported meanwhile is not shared", async () => {
  const { ctx, key } = await sharedKey();
  await regenerateApiKey(ctx, { id: key.id });
  await expect(shareKey(ctx, key)).rejects.toMatchObject({ code: "conflict" });
  const reported = await createApiKey(ctx, { name: "Reported" });
  await revokeToken(stranger(), reported.token);
  await expect(shareKey(ctx, reported)).rejects.toMatchObject({ code: "conflict" });
});

test("a share's id is taken once", async () => {
  const { ctx, key, shared } = await sharedKey();
  const { id, ciphertext } = shared;
  const again = { id, ciphertext, apiKeyId: key.id, lastFour: key.token.slice(-4) };
  await expect(shareToken(ctx, again)).rejects.toMatchObject({ code: "conflict" });
});

test("a token in clear does not pass for a ciphertext", async () => {
  const { ctx, key } = await sharedKey();
  const input = { id: newId(), apiKeyId: key.id, lastFour: key.token.slice(-4), ciphertext: key.token };
  await expect(shareToken(ctx, input)).rejects.toMatchObject({ code: "invalid_input" });
});

test("when the trail cannot be written, the link is not used up", async () => {
  const { key, shared } = await sharedKey();
  await expect(openShare({ ...stranger(), requestId: null as unknown as string }, { id: shared.id })).rejects.toThrow();
  expect(await pending(key.id)).toBe(1);
});

test("pruning deletes what nobody opened in time, and nothing else", async () => {
  const { key, shared } = await sharedKey();
  const before = new Date(shared.expiresAt.getTime() - 1);
  await pruneShares(db, before);
  expect(await pending(key.id)).toBe(1);
  await pruneShares(db, shared.expiresAt);
  expect(await pending(key.id)).toBe(0);
});
