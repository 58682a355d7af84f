import { beforeEach, expect, test } from "vitest";
import { deleteApiKeys } from "@/lib/api-keys/bulk";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { createApiKey } from "@/lib/api-keys/service";
import { disableApiKey, disableApiKeys, enableApiKey, enableApiKeys } from "@/lib/api-keys/switching";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, operatorContext } from "@/lib/testing/fixtures";
import { keyState } from "@/lib/testing/key-state";
import { outcomeOf } from "@/lib/testing/outcome";

const db = await testDatabase();

let ctx: Context;
let chatflowId: string;
let key: { id: string; name: string; token: string };
beforeEach(async () => {
  ({ ctx, chatflowId, key } = await createGuardedChatflow(db));
});

const after = (ms: number) => new Date(ctx.now.getTime() + ms);
const outcome = (atMs = 0) => outcomeOf(db, { chatflowId, token: key.token }, after(atMs));
const events = async () =>
  (await db.prisma.auditEvent.findMany({ where: { action: { startsWith: "api_key." } }, orderBy: { id: "asc" } })).map(
    ({ action, targetName }) => `${action} ${targetName}`,
  );

test("a disabled key is refused, whatever the clock says, until it is enabled; doing it again changes nothing", async () => {
  expect(await disableApiKey(ctx, { id: key.id })).toEqual({
    id: key.id,
    name: key.name,
    disabledAt: ctx.now,
    expiresAt: null,
  });
  expect([await outcome(-60_000), await outcome()]).toEqual(["disabled_key", "disabled_key"]);
  const later = { ...ctx, now: after(60_000) };
  expect((await disableApiKey(later, { id: key.id })).disabledAt).toEqual(ctx.now);
  expect((await enableApiKey(later, { id: key.id })).disabledAt).toBeNull();
  expect(await outcome()).toBe("admitted");
  await enableApiKey(later, { id: key.id });
  expect(await events()).toEqual(["api_key.created Website", "api_key.disabled Website", "api_key.enabled Website"]);
});

test("enabling a key that has expired meanwhile leaves it expired", async () => {
  await setApiKeyExpiry(ctx, { id: key.id, expiresAt: after(1_000) });
  await disableApiKey(ctx, { id: key.id });
  expect(await enableApiKey({ ...ctx, now: after(2_000) }, { id: key.id })).toMatchObject({ expiresAt: after(1_000) });
  expect(await outcome(2_000)).toBe("expired_key");
});

test("many keys are disabled, enabled and deleted in one go, each with an event of its own", async () => {
  const second = await createApiKey(ctx, { name: "Shop" });
  const ids = [second.id, key.id, second.id.toUpperCase()];
  await disableApiKey(ctx, { id: key.id });
  expect((await disableApiKeys(ctx, { ids })).keys.map(({ name }) => name).toSorted()).toEqual(["Shop", "Website"]);
  expect(await outcome()).toBe("disabled_key");
  await enableApiKeys(ctx, { ids });
  expect(await outcome()).toBe("admitted");
  const deleted = await deleteApiKeys(ctx, { ids, confirmCount: 2 });
  expect(deleted.closedChatflows).toEqual([{ id: chatflowId, name: "Support" }]);
  expect(await outcome()).toBe("unknown_token");
  expect((await events()).toSorted()).toEqual(
    ["created", "disabled", "enabled", "deleted"]
      .flatMap((done) => [`api_key.${done} Shop`, `api_key.${done} Website`])
      .toSorted(),
  );
});

test("where one of many keys is gone, or another workspace's, nothing is done to any", async () => {
  const foreign = await createApiKey(await operatorContext(db), { name: "Foreign" });
  const before = await keyState(db);
  for (const other of [newId(), foreign.id]) {
    const ids = [key.id, other];
    const missing = { code: "not_found", message: expect.stringContaining("nothing was changed") };
    await expect(disableApiKeys(ctx, { ids })).rejects.toMatchObject(missing);
    await expect(enableApiKeys(ctx, { ids })).rejects.toMatchObject(missing);
    await expect(deleteApiKeys(ctx, { ids, confirmCount: 2 })).rejects.toMatchObject(missing);
  }
  expect(await keyState(db)).toBe(before);
});

test("no keys, too many, something that is no id, or a number that does not match is refused with its field", async () => {
  const before = await keyState(db);
  for (const [ids, field] of [
    [[], "ids"],
    [Array.from({ length: 101 }, newId), "ids"],
    [[key.id, "x"], "ids.1"],
  ] as const) {
    const expected = { code: "invalid_input", field };
    await expect(disableApiKeys(ctx, { ids: [...ids] })).rejects.toMatchObject(expected);
    await expect(deleteApiKeys(ctx, { ids: [...ids], confirmCount: 1 })).rejects.toMatchObject(expected);
  }
  await expect(deleteApiKeys(ctx, { ids: [key.id], confirmCount: 2 })).rejects.toMatchObject({
    code: "invalid_input",
    field: "confirmCount",
    message: "Type 1, the number of keys, to delete them.",
  });
  expect(await keyState(db)).toBe(before);
});

test("a hundred keys go in one transaction", async () => {
  const ids = [];
  for (let n = 0; n < 100; n++) ids.push((await createApiKey(ctx, { name: `Key ${n}` })).id);
  expect((await disableApiKeys(ctx, { ids })).keys).toHaveLength(100);
  expect((await deleteApiKeys(ctx, { ids, confirmCount: 100 })).keys).toHaveLength(100);
  expect(await db.prisma.apiKey.count()).toBe(1);
});
