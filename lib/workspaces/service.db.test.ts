import { expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";
import { keyState } from "@/lib/testing/key-state";
import { getMaxKeyLifetime, setMaxKeyLifetime } from "@/lib/workspaces/service";

const db = await testDatabase();

test("the longest lifetime is none until it is set, is its workspace's own, and is on record", async () => {
  const ctx = await operatorContext(db, "admin");
  const other = await operatorContext(db);
  expect(await getMaxKeyLifetime(ctx)).toBeNull();
  expect(await setMaxKeyLifetime(ctx, { days: 90 })).toEqual({ days: 90 });
  expect([await getMaxKeyLifetime(ctx), await getMaxKeyLifetime(other)]).toEqual([90, null]);
  expect(await db.prisma.auditEvent.findMany({ orderBy: { id: "asc" } })).toMatchObject([
    {
      action: "workspace.max_key_lifetime_changed",
      workspaceId: ctx.actor.workspaceId,
      targetId: ctx.actor.workspaceId,
      detail: { before: { maxKeyLifetimeDays: null }, after: { maxKeyLifetimeDays: 90 } },
    },
  ]);
  const before = await keyState(db);
  await setMaxKeyLifetime(ctx, { days: 90 });
  expect(await keyState(db)).toBe(before);
  expect(await setMaxKeyLifetime(ctx, { days: null })).toEqual({ days: null });
});

test("existing keys keep their expiry, so that a setting stops no integration", async () => {
  const ctx = await operatorContext(db);
  const { id } = await createApiKey(ctx, { name: "Website" });
  await setMaxKeyLifetime(ctx, { days: 1 });
  expect(await db.prisma.apiKey.findUnique({ where: { id } })).toMatchObject({ expiresAt: null, disabledAt: null });
});

test.each([0, -1, 1.5, 3651, Number.NaN, "30"])(
  "a longest lifetime of %s days is refused with its range",
  async (days) => {
    const ctx = await operatorContext(db);
    await expect(setMaxKeyLifetime(ctx, { days: days as number })).rejects.toMatchObject({
      code: "invalid_input",
      field: "days",
      message: /from 1 to 3,650/,
    });
  },
);
