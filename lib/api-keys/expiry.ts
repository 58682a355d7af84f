import "server-only";
import type { z } from "zod";
import { changedMeanwhile, lockApiKey } from "@/lib/api-keys/lock";
import { setExpirySchema } from "@/lib/api-keys/schema";
import { workingSecrets } from "@/lib/api-keys/secrets";
import { objectionToExpiry } from "@/lib/api-keys/times";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";
import { getMaxKeyLifetime } from "@/lib/workspaces/service";

/**
 * Holds a new expiry against the clock and the workspace's longest lifetime.
 * @throws AppError `invalid_input` with what speaks against it
 */
export async function assertExpiry(tx: Transaction, ctx: Context, expiresAt: Date | null): Promise<void> {
  const objection = objectionToExpiry(expiresAt, ctx.now, await getMaxKeyLifetime(ctx, tx));
  if (objection) throw new AppError("invalid_input", objection, { field: "expiresAt" });
}

const isoOf = (time: Date | null) => time?.toISOString() ?? null;

/**
 * Sets when a key stops working: at a time to come, or never. A key that has expired works again with a
 * later time. An old token that would still work then stops with the key, for good: a later expiry does
 * not bring it back.
 * @returns the expiry, and until when an old token works as well (null: none does)
 * @throws AppError `invalid_input`, `not_found`, `forbidden`, or `conflict` where it is not what was seen
 */
export async function setApiKeyExpiry(ctx: Context, input: z.input<typeof setExpirySchema>) {
  authorize(ctx.actor, "keys:write");
  const { id, expiresAt, seen } = parseInput(setExpirySchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const key = await lockApiKey(tx, ctx, id);
    const { retiring } = await workingSecrets(tx, ctx, id);
    const before = { expiresAt: isoOf(key.expiresAt), oldTokenStops: isoOf(retiring?.stops ?? null) };
    const result = { id, name: key.name, expiresAt, oldTokenStops: retiring?.stops ?? null };
    if (isoOf(expiresAt) === before.expiresAt) return result;

    if (seen !== undefined && isoOf(seen) !== before.expiresAt) throw changedMeanwhile("expiry");
    await assertExpiry(tx, ctx, expiresAt);
    await tx.apiKey.update({ where: { id }, data: { expiresAt }, select: { id: true } });
    if (retiring && expiresAt && expiresAt < retiring.stops) {
      await tx.apiKeySecret.update({ where: { id: retiring.id }, data: { expiresAt }, select: { id: true } });
      result.oldTokenStops = expiresAt;
    }
    await recordAudit(tx, ctx, {
      action: "api_key.expiry_changed",
      target: { kind: "api_key", id, name: key.name },
      detail: { before, after: { expiresAt: isoOf(expiresAt), oldTokenStops: isoOf(result.oldTokenStops) } },
    });
    return result;
  });
}
