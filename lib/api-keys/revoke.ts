import "server-only";
import { digestToken, parseToken, sourceOf, type TokenSource } from "@/lib/api-keys/token";
import { recordAudit } from "@/lib/audit";
import type { Actor, Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { env } from "@/lib/env";
import { deletePendingShares } from "@/lib/shares/service";

/** What a token was when it was reported: of a live secret, of one that still overlapped, or of one that had ended. */
type TokenState = "live" | "retiring" | "ended";

export interface RevokedToken {
  id: string;
  name: string;
  /** Of the token. */
  lastFour: string;
  source: TokenSource | null;
  was: TokenState;
}

interface OwningKey {
  id: string;
  name: string;
  workspaceId: string;
}

interface Secret {
  id: string;
  lastFour: string;
  expiresAt: Date | null;
  endReason: string | null;
}

/** Whoever holds a token speaks for its key, about this one thing. */
function holderOf(key: OwningKey): Actor {
  return { kind: "api_key", workspaceId: key.workspaceId, apiKeyId: key.id, name: key.name };
}

/** The key of a token, locked until the transaction ends, so that a regeneration at the same time comes before or after. */
async function lockKeyOf(tx: Transaction, digests: Buffer[]): Promise<OwningKey | undefined> {
  const [key] = await tx.$queryRaw<OwningKey[]>`
    SELECT k.id, k.name, k.workspace_id AS "workspaceId" FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id
    WHERE s.digest = ANY(${digests}::bytea[]) FOR UPDATE OF k`;
  return key;
}

async function findSecret(tx: Transaction, key: OwningKey, digests: Buffer[]): Promise<Secret | null> {
  return await tx.apiKeySecret.findFirst({
    where: { apiKeyId: key.id, digest: { in: digests.map((digest) => new Uint8Array(digest)) } },
    select: { id: true, lastFour: true, expiresAt: true, endReason: true },
  });
}

function stateOf({ expiresAt }: Secret, now: Date): TokenState {
  if (expiresAt === null) return "live";
  return expiresAt > now ? "retiring" : "ended";
}

/**
 * Ends the secret of a token that was found where it should not be (RFC 7009), for whoever holds it:
 * the token is the proof. In force on the next call, on every instance. The key is marked as exposed
 * when it was its live token: nobody can call with the key until it is given a new one. A token that
 * was on its way out takes only its own secret along, and one that had ended stays ended; both are
 * remembered as exposed. A second report changes nothing, so that nobody can fill the audit trail.
 *
 * It looks a token up itself and not through `verifyCall`: that one refuses what is expired, disabled
 * or called from elsewhere, and counts calls; a leaked token is to be ended whatever else it is.
 *
 * @param actorOf who did it, when it was not the holder
 * @returns what was ended, or null for a string that is no token of this deployment
 */
export async function revokeToken(
  origin: Omit<Context, "actor">,
  given: string,
  actorOf: (key: OwningKey) => Actor = holderOf,
): Promise<RevokedToken | null> {
  const token = parseToken(given.trim());
  if (!token) return null;
  const digests = env().FLOWLATCH_PEPPER.map((pepper) => digestToken(token, pepper));
  return await origin.db.prisma.$transaction(async (tx) => {
    const key = await lockKeyOf(tx, digests);
    // Read once the key is locked: what was read before may have been regenerated meanwhile.
    const secret = key && (await findSecret(tx, key, digests));
    if (!key || !secret) return null;
    const was = stateOf(secret, origin.now);
    if (secret.endReason !== "exposed") {
      const ctx: Context = { ...origin, actor: actorOf(key) };
      await endExposed(tx, ctx, key, { ...secret, was });
    }
    return { id: key.id, name: key.name, lastFour: secret.lastFour, source: sourceOf(token), was };
  });
}

async function endExposed(tx: Transaction, ctx: Context, key: OwningKey, secret: Secret & { was: TokenState }) {
  const { id, lastFour, was } = secret;
  const expiresAt = was === "ended" ? secret.expiresAt : ctx.now;
  await tx.apiKeySecret.update({ where: { id }, data: { expiresAt, endReason: "exposed" }, select: { id: true } });
  if (was === "live") {
    await deletePendingShares(tx, key.id);
    await tx.apiKey.update({ where: { id: key.id }, data: { exposedAt: ctx.now }, select: { id: true } });
  }
  await recordAudit(tx, ctx, {
    action: "api_key.token_revoked",
    target: { kind: "api_key", id: key.id, name: key.name },
    detail: { before: { token: was }, after: { token: "ended" }, lastFour },
  });
}
