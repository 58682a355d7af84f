import "server-only";
import type { z } from "zod";
import { type LockedApiKey, lockApiKeys } from "@/lib/api-keys/lock";
import { apiKeyIdSchema, apiKeyIdsSchema } from "@/lib/api-keys/schema";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { parseInput } from "@/lib/parse-input";

/** Milliseconds that a change of many keys may take, with an audit event for each. */
export const bulkTimeoutMs = 30_000;

/** A key that was disabled or enabled, with its expiry: it may have expired meanwhile. */
export type SwitchedApiKey = Pick<LockedApiKey, "id" | "name" | "disabledAt" | "expiresAt">;

/** Disables or enables keys, those that are not yet. */
async function switchApiKeys(ctx: Context, ids: string[], disabledAt: Date | null): Promise<SwitchedApiKey[]> {
  authorize(ctx.actor, "keys:write");
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const keys = await lockApiKeys(tx, ctx, ids);
      const toSwitch = keys.filter((key) => (key.disabledAt === null) !== (disabledAt === null));
      await tx.apiKey.updateMany({
        where: { id: { in: toSwitch.map(({ id }) => id) }, workspaceId: ctx.actor.workspaceId },
        data: { disabledAt },
      });
      for (const { id, name, disabledAt: before } of toSwitch) {
        await recordAudit(tx, ctx, {
          action: disabledAt ? "api_key.disabled" : "api_key.enabled",
          target: { kind: "api_key", id, name },
          detail: {
            before: { disabledAt: before?.toISOString() ?? null },
            after: { disabledAt: disabledAt?.toISOString() ?? null },
          },
        });
      }
      return keys.map((key) => {
        const { id, name, expiresAt } = key;
        return { id, name, expiresAt, disabledAt: toSwitch.includes(key) ? disabledAt : key.disabledAt };
      });
    },
    { timeout: bulkTimeoutMs },
  );
}

async function switchOne(ctx: Context, input: z.input<typeof apiKeyIdSchema>, disabledAt: Date | null) {
  authorize(ctx.actor, "keys:write");
  const { id } = parseInput(apiKeyIdSchema, input);
  const [key] = await switchApiKeys(ctx, [id], disabledAt);
  return key as SwitchedApiKey;
}

/**
 * Has every token of a key refused from now on, on every instance, until it is enabled. Its tokens,
 * chatflows and limits stay. Does nothing where it is disabled already.
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function disableApiKey(ctx: Context, input: z.input<typeof apiKeyIdSchema>) {
  return await switchOne(ctx, input, ctx.now);
}

/**
 * Lets a disabled key work again; one that has expired stays expired. Does nothing where it is enabled.
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function enableApiKey(ctx: Context, input: z.input<typeof apiKeyIdSchema>) {
  return await switchOne(ctx, input, null);
}

async function switchMany(ctx: Context, input: z.input<typeof apiKeyIdsSchema>, disabledAt: Date | null) {
  authorize(ctx.actor, "keys:write");
  const { ids } = parseInput(apiKeyIdsSchema, input);
  return { keys: await switchApiKeys(ctx, ids, disabledAt) };
}

/**
 * Disables several keys, or none where one of them is not there.
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function disableApiKeys(ctx: Context, input: z.input<typeof apiKeyIdsSchema>) {
  return await switchMany(ctx, input, ctx.now);
}

/**
 * Enables several keys, or none where one of them is not there.
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function enableApiKeys(ctx: Context, input: z.input<typeof apiKeyIdsSchema>) {
  return await switchMany(ctx, input, null);
}
