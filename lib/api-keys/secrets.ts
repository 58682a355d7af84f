import "server-only";
import {
  digestToken,
  generateToken,
  lastFourOf,
  pepperIdOf,
  sourceOf,
  type Token,
  type TokenSource,
} from "@/lib/api-keys/token";
import type { Context } from "@/lib/context";
import type { Database, Transaction } from "@/lib/db/client";
import { env } from "@/lib/env";
import { always, inBatches } from "@/lib/maintenance/batches";

// A secret is stored of each token a key has had. It is live while it has no end, retiring while its end
// is ahead, and has ended since. `end_reason` says that it was ended at once: the verifier then refuses
// it whatever its own clock says, for no two instances' clocks agree to the millisecond.

/** What is stored of a token, whoever issued it. */
export function secretOf(token: Token) {
  const pepper = env().FLOWLATCH_PEPPER[0] as string;
  const digest = new Uint8Array(digestToken(token, pepper));
  return { digest, pepperId: pepperIdOf(pepper), lastFour: lastFourOf(token), source: sourceOf(token) };
}

/** Makes a token and what is stored of it. */
export function issueSecret() {
  const token = generateToken();
  return { token, secret: secretOf(token) };
}

/** A retiring token: the old one, while it works beside the new one. */
export interface RetiringSecret {
  id: string;
  lastFour: string;
  source: TokenSource | null;
  stops: Date;
}

/** The tokens of a key that have not ended: at most one that is live, at most one that is retiring. */
export async function workingSecrets(tx: Transaction, ctx: Context, apiKeyId: string) {
  const secrets = await tx.apiKeySecret.findMany({
    where: {
      apiKeyId,
      apiKey: { workspaceId: ctx.actor.workspaceId },
      endReason: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.now } }],
    },
    select: { id: true, lastFour: true, source: true, expiresAt: true },
  });
  let retiring: RetiringSecret | null = null;
  let live: { id: string; lastFour: string } | null = null;
  for (const { id, lastFour, source, expiresAt } of secrets) {
    if (expiresAt) retiring = { id, lastFour, source: source as TokenSource | null, stops: expiresAt };
    else live = { id, lastFour };
  }
  return { live, retiring };
}

/** Ends a secret at once, on every instance. */
export async function endSecret(
  tx: Transaction,
  ctx: Context,
  id: string,
  endReason: "regenerated" | "stopped",
): Promise<void> {
  await tx.apiKeySecret.update({ where: { id }, data: { expiresAt: ctx.now, endReason }, select: { id: true } });
}

/** Days that an ended secret is kept, so that a call with its token can be explained. */
const keptDays = 90;
/** Secrets deleted in one statement: short enough that nobody waits behind it. */
const perBatch = 1_000;

/**
 * Deletes, in batches, the secrets that ended long ago; a call with the token of one is then a call with
 * an unknown token. Part of the daily maintenance.
 * @returns how many were deleted
 */
export async function pruneEndedSecrets(db: Database, now: Date, mayGoOn = always): Promise<{ deleted: number }> {
  const deleted = await inBatches(perBatch, mayGoOn, async () => {
    // Several instances may prune at once: each takes rows the others do not.
    const { rowCount } = await db.pool.query(
      `DELETE FROM api_key_secret WHERE id = ANY(ARRAY(
         SELECT id FROM api_key_secret WHERE expires_at < $1::timestamptz - make_interval(days => $2)
         ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED))`,
      [now, keptDays, perBatch],
    );
    return rowCount;
  });
  return { deleted };
}
