import { expect, test } from "vitest";
import { deleteApiKeys } from "@/lib/api-keys/bulk";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { setAllowedAddresses, setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { regenerateApiKey, stopOldToken } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import { disableApiKey, disableApiKeys, enableApiKey, enableApiKeys } from "@/lib/api-keys/switching";
import { can, type Permission, roles } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, operatorContext } from "@/lib/testing/fixtures";
import { keyState } from "@/lib/testing/key-state";
import { getMaxKeyLifetime, setMaxKeyLifetime } from "@/lib/workspaces/service";

const db = await testDatabase();
const inAnHour = () => new Date(Date.now() + 3_600_000);

type Change = (ctx: Context, id: string) => Promise<unknown>;

/** What changes a key, in an order in which each has something to do. */
const onAKey: Record<string, Change> = {
  rename: (ctx, id) => renameApiKey(ctx, { id, name: "Shop" }),
  regenerate: (ctx, id) => regenerateApiKey(ctx, { id, oldTokenStops: inAnHour() }),
  "stop the old token": (ctx, id) => stopOldToken(ctx, { id }),
  "set the expiry": (ctx, id) => setApiKeyExpiry(ctx, { id, expiresAt: inAnHour() }),
  "set limits": (ctx, id) => setApiKeyLimits(ctx, { id, limits: [{ kind: "rate", per: "minute", max: 1 }] }),
  "set addresses": (ctx, id) => setAllowedAddresses(ctx, { id, allowedAddresses: ["10.0.0.1"] }),
  disable: (ctx, id) => disableApiKey(ctx, { id }),
  enable: (ctx, id) => enableApiKey(ctx, { id }),
  "disable several": (ctx, id) => disableApiKeys(ctx, { ids: [id] }),
  "enable several": (ctx, id) => enableApiKeys(ctx, { ids: [id] }),
  delete: (ctx, id) => deleteApiKey(ctx, { id, confirmName: "Shop" }),
};
const deletion: Change = (ctx, id) => deleteApiKeys(ctx, { ids: [id], confirmCount: 1 });

const needs: [Permission, Record<string, Change>][] = [
  ["keys:write", { create: (ctx) => createApiKey(ctx, { name: "Another" }), ...onAKey }],
  ["workspace:write", { "set the longest lifetime": (ctx) => setMaxKeyLifetime(ctx, { days: 30 }) }],
];

test.each(roles)("a %s may do what the role says, each with one event, and a refusal changes nothing", async (role) => {
  const { ctx: owner, key } = await createGuardedChatflow(db);
  const ctx = await operatorContext(db, role, owner.actor.workspaceId);
  for (const [permission, changes] of needs) {
    for (const [name, change] of Object.entries(changes)) {
      const [before, events] = [await keyState(db), await db.prisma.auditEvent.count()];
      if (can(role, permission)) {
        await change(ctx, key.id);
        expect([name, await db.prisma.auditEvent.count()]).toEqual([name, events + 1]);
      } else {
        await expect(change(ctx, key.id), name).rejects.toMatchObject({ code: "forbidden" });
        expect([name, await keyState(db)]).toEqual([name, before]);
      }
    }
  }
});

test("a role that may not is told so before anything is said of its input, and an API key may nothing", async () => {
  const { ctx: owner, key } = await createGuardedChatflow(db);
  const { workspaceId } = owner.actor;
  const viewer = await operatorContext(db, "viewer", workspaceId);
  const actor = { kind: "api_key", workspaceId, apiKeyId: key.id, name: key.name } as const;
  const changes = [...Object.values(onAKey), deletion, needs[0]?.[1].create as Change];
  for (const change of changes) {
    await expect(change(viewer, "no id")).rejects.toMatchObject({ code: "forbidden" });
    await expect(change({ ...owner, actor }, key.id)).rejects.toMatchObject({ code: "forbidden" });
  }
  await expect(getMaxKeyLifetime({ ...owner, actor })).rejects.toMatchObject({ code: "forbidden" });
});

test("a key of another workspace is not there, whatever one would do with it", async () => {
  const { key } = await createGuardedChatflow(db);
  const stranger = await operatorContext(db, "owner");
  const before = await keyState(db);
  for (const [name, change] of Object.entries({ ...onAKey, "delete several": deletion })) {
    await expect(change(stranger, key.id), name).rejects.toMatchObject({ code: "not_found" });
  }
  expect(await keyState(db)).toBe(before);
});
