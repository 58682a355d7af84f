import "server-only";
import type { z } from "zod";
import { type LockedApiKey, lockApiKey } from "@/lib/api-keys/lock";
import { apiKeyIdSchema, type RegeneratedApiKey, regenerateApiKeySchema } from "@/lib/api-keys/schema";
import { endSecret, issueSecret, type RetiringSecret, workingSecrets } from "@/lib/api-keys/secrets";
import { objectionToOverlap, stopsAtOnce } from "@/lib/api-keys/times";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";
import { deletePendingShares } from "@/lib/shares/service";

/** When the old token stops if not at once; null when it does. */
function overlapOf(oldTokenStops: Date | null, now: Date, key: LockedApiKey, hasLiveToken: boolean): Date | null {
  if (oldTokenStops === null || stopsAtOnce(oldTokenStops, now)) return null;
  const objection = objectionToOverlap(oldTokenStops, now, { ...key, hasLiveToken });
  if (objection) throw new AppError("invalid_input", objection, { field: "oldTokenStops" });
  return oldTokenStops;
}

/** The tokens of a key as an audit event tells of them. */
function tokensDetail(lastFour: string, retiring: Pick<RetiringSecret, "lastFour" | "stops"> | null) {
  return {
    lastFour,
    oldTokenLastFour: retiring?.lastFour ?? null,
    oldTokenStops: retiring?.stops.toISOString() ?? null,
  };
}

/** Two who regenerate at once would end the token that callers were to keep for a while. */
function regeneratedMeanwhile({ lastFour }: LockedApiKey): AppError {
  return new AppError(
    "conflict",
    `Somebody regenerated this key meanwhile: its token ends in ${lastFour} now, and nothing was changed. Load the page again before you decide.`,
  );
}

/**
 * Gives a key a new token and returns it, the only time it is readable. Of the key nothing else changes:
 * not its expiry, not whether it is disabled, not what its limits have counted.
 *
 * The old token is refused from the moment this returns, on every instance; or, with `oldTokenStops`,
 * works beside the new one until then, at most as long as the key itself. A token that still overlapped
 * from an earlier regeneration ends at once. Where the key is disabled, expired or reported as found its
 * old token does not work, and is given no time in which it would work again.
 * @throws AppError `invalid_input`, `not_found`, `forbidden`, or `conflict` where its token is not the one that was seen
 */
export async function regenerateApiKey(
  ctx: Context,
  input: z.input<typeof regenerateApiKeySchema>,
): Promise<RegeneratedApiKey> {
  authorize(ctx.actor, "keys:write");
  const { id, oldTokenStops, seenLastFour } = parseInput(regenerateApiKeySchema, input);
  const { token, secret } = issueSecret();
  const { lastFour } = secret;
  return await ctx.db.prisma.$transaction(async (tx) => {
    const key = await lockApiKey(tx, ctx, id);
    if (seenLastFour !== undefined && seenLastFour !== key.lastFour) throw regeneratedMeanwhile(key);
    const { live, retiring } = await workingSecrets(tx, ctx, id);
    const stops = overlapOf(oldTokenStops, ctx.now, key, live !== null);
    if (retiring) await endSecret(tx, ctx, retiring.id, "regenerated");
    if (live && stops) {
      await tx.apiKeySecret.update({ where: { id: live.id }, data: { expiresAt: stops }, select: { id: true } });
    } else if (live) await endSecret(tx, ctx, live.id, "regenerated");
    await tx.apiKeySecret.create({
      data: { id: newId(), apiKeyId: id, ...secret, createdAt: ctx.now },
      select: { id: true },
    });
    await deletePendingShares(tx, id);
    await tx.apiKey.update({
      where: { id },
      data: { lastFour, tokenSource: null, exposedAt: null },
      select: { id: true },
    });
    await recordAudit(tx, ctx, {
      action: "api_key.regenerated",
      target: { kind: "api_key", id, name: key.name },
      detail: {
        before: tokensDetail(key.lastFour, retiring),
        after: tokensDetail(lastFour, stops && { lastFour: key.lastFour, stops }),
      },
    });
    return { id, name: key.name, token, oldTokenStops: stops };
  });
}

/**
 * Ends the old token that still works beside the new one, at once and on every instance. Does nothing
 * where none does.
 * @returns the last four characters of the token that was stopped and who issued it, or null
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function stopOldToken(ctx: Context, input: z.input<typeof apiKeyIdSchema>) {
  authorize(ctx.actor, "keys:write");
  const { id } = parseInput(apiKeyIdSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const { name, lastFour } = await lockApiKey(tx, ctx, id);
    const { retiring } = await workingSecrets(tx, ctx, id);
    if (!retiring) return { id, name, stopped: null, source: null };
    await endSecret(tx, ctx, retiring.id, "stopped");
    await recordAudit(tx, ctx, {
      action: "api_key.old_token_stopped",
      target: { kind: "api_key", id, name },
      detail: { before: tokensDetail(lastFour, retiring), after: tokensDetail(lastFour, null) },
    });
    return { id, name, stopped: retiring.lastFour, source: retiring.source };
  });
}
