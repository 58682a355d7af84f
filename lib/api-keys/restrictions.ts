import "server-only";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Limit } from "@/lib/api-keys/limits";
import { changedMeanwhile, lockApiKey } from "@/lib/api-keys/lock";
import { setAllowedAddressesSchema, setLimitsSchema } from "@/lib/api-keys/schema";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { parseInput } from "@/lib/parse-input";

/**
 * Makes sure that a key with limits has a counter: a call of one without is taken for that of a key that
 * was deleted meanwhile. What a counter holds stays, so that changing limits hands out no new budget.
 */
export async function keepCounter(tx: Transaction, apiKeyId: string, limits: Limit[]): Promise<void> {
  if (limits.length === 0) return;
  await tx.apiKeyCounter.createMany({ data: { apiKeyId }, skipDuplicates: true });
}

/**
 * Sets how many calls a key may make; none: as many as one likes. Calls that were counted stay counted.
 * @throws AppError `invalid_input`, `not_found`, `forbidden`, or `conflict` where they are not what was seen
 */
export async function setApiKeyLimits(ctx: Context, input: z.input<typeof setLimitsSchema>) {
  authorize(ctx.actor, "keys:write");
  const { id, limits, seen } = parseInput(setLimitsSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const { name, limits: before } = await lockApiKey(tx, ctx, id);
    if (isDeepStrictEqual(before, limits)) return { id, name, limits };
    if (seen && !isDeepStrictEqual(before, seen)) throw changedMeanwhile("limits");
    await tx.apiKey.update({ where: { id }, data: { limits }, select: { id: true } });
    await keepCounter(tx, id, limits);
    await recordAudit(tx, ctx, {
      action: "api_key.limits_changed",
      target: { kind: "api_key", id, name },
      detail: { before: { limits: before }, after: { limits } },
    });
    return { id, name, limits };
  });
}

/**
 * Sets the networks that a key may be used from; none: from anywhere.
 * @returns the networks as they are stored: in CIDR notation, each once
 * @throws AppError `invalid_input` whose field names the entry, `not_found`, `forbidden`, or `conflict` where they
 *   are not what was seen
 */
export async function setAllowedAddresses(ctx: Context, input: z.input<typeof setAllowedAddressesSchema>) {
  authorize(ctx.actor, "keys:write");
  const { id, allowedAddresses, seen } = parseInput(setAllowedAddressesSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const { name, allowedAddresses: before } = await lockApiKey(tx, ctx, id);
    if (before.join() === allowedAddresses.join()) return { id, name, allowedAddresses };
    if (seen && before.join() !== seen.join()) throw changedMeanwhile("allowed addresses");
    await tx.apiKey.update({ where: { id }, data: { allowedAddresses }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "api_key.addresses_changed",
      target: { kind: "api_key", id, name },
      detail: { before: { allowedAddresses: before }, after: { allowedAddresses } },
    });
    return { id, name, allowedAddresses };
  });
}
