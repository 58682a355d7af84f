import "server-only";
import { type Call, type CallRow, findCall } from "@/lib/api-keys/find-call";
import { limitStates } from "@/lib/api-keys/limit-state";
import type { LimitState } from "@/lib/api-keys/limits";
import { redisCounters } from "@/lib/api-keys/redis-counters";
import { type RefusalReason, RefusedCall } from "@/lib/api-keys/refusals";
import { lastFourOf, type Token } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";
import type { Turn } from "@/lib/engines/engine";
import { publicCredentialId } from "@/lib/ids";
import type { ProviderRow } from "@/lib/providers/connection";
import { allowedOriginsOf } from "@/lib/sharing/origins";

/** A call that may be answered. */
export interface Grant {
  chatflow: {
    id: string;
    workspaceId: string;
    name: string;
    slug: string;
    createdAt: Date;
    engine: unknown;
    /** False where nothing but counts is kept, so that there is no memory either. */
    keepsConversations: boolean;
    /** Whether a search of its documents could find anything. */
    hasDocuments: boolean;
    isPublic: boolean;
    /** Not checked yet; see `sharingSchema`. */
    sharing: unknown;
  };
  /** The calling key's id, or `publicCredentialId`. Sessions belong to it. */
  credentialId: string;
  /** The secret that the token is a token of, with the digest to rewrite when it was found under an older pepper. */
  secret: { id: string; newDigest: Buffer | null } | null;
  /** The key's limits after this call was counted, or the visitor's. */
  limits: LimitState[];
  /** The provider that the chatflow's engine names, its credential still encrypted; null when there is none. */
  provider: ProviderRow | null;
  /** Earlier turns of the session, oldest first, as many as the chatflow remembers. */
  turns: Turn[];
}

/**
 * Decides whether a call may be answered and counts it against the limits of its key, or of the visitor who
 * has none, in one SQL statement (find-call.ts) and without any cache: what an operator has changed holds for
 * the next call, on every instance. With REDIS_URL a call that nothing else speaks against is counted there
 * instead. The only place where a token is let in.
 *
 * @throws RefusedCall with the reason, AppError `limits_unavailable`, or, when the database is away,
 *   whatever the driver throws (see `toAppError`)
 */
export async function verifyCall(db: Database, call: Call, now: Date): Promise<Grant> {
  const { token, counts = true } = call;
  const redis = redisCounters();
  const { row, digests, visitor } = await findCall(db, { ...call, counts: counts && redis === null }, now);
  const refuse = refusing(row, token);
  if (row.refusal) throw refuse(row.refusal);
  if (row.chatflow_id === null || row.workspace_id === null) throw refuse("unknown_chatflow");
  if (!counts || !row.limits || row.limits.length === 0) return grantOf(row, [], digests[0]);
  const counter = row.key_id ?? `${row.chatflow_id}:${visitor.toString("base64url")}`;
  const tally = redis ? await redis.admit(counter, row.limits, now) : row.tally;
  // Its counter goes with a key: the key was deleted while this call waited for its turn.
  if (!tally) throw refuse("unknown_token");
  const limits = limitStates(row.limits, tally.levels, now);
  if (!tally.admitted) throw refuse(row.key_id === null ? "visitor_limit_reached" : "limit_reached", limits);
  return grantOf(row, limits, digests[0]);
}

/**
 * Whose token this is, if it works from there: for what a key may know without calling a chatflow. By
 * the same statement, which finds nothing wrong but that no chatflow was named.
 *
 * @throws as `verifyCall`
 */
export async function verifyKey(
  db: Database,
  { token, address }: { token: Token; address: string | null },
  now: Date,
): Promise<{ id: string; workspaceId: string }> {
  const { row } = await findCall(db, { chatflowId: "", token, sessionId: null, address, counts: false }, now);
  const { refusal, key_id: id, key_workspace_id: workspaceId } = row;
  if (refusal === "unknown_chatflow" && id !== null && workspaceId !== null) return { id, workspaceId };
  throw refusing(row, token)(refusal ?? "unknown_token");
}

/** What is known of a call, told with each reason for refusing it. */
function refusing(row: CallRow, token: Token | null) {
  const lastFour = token && lastFourOf(token);
  const workspaceId = row.workspace_id ?? row.key_workspace_id;
  const chatflowId = row.chatflow_id;
  return (reason: RefusalReason, limits: LimitState[] = []) => {
    // What is told of a foreign token's key is told to its own workspace only.
    const apiKeyId = reason === "foreign_token" ? null : row.key_id;
    const allowedOrigins = allowedOriginsOf(row.sharing);
    return new RefusedCall(reason, { workspaceId, apiKeyId, chatflowId, lastFour }, { limits, allowedOrigins });
  };
}

function grantOf(row: CallRow, limits: LimitState[], newest: Buffer | undefined): Grant {
  const isStale = newest && row.digest && !newest.equals(row.digest);
  return {
    chatflow: {
      id: row.chatflow_id as string,
      workspaceId: row.workspace_id as string,
      name: row.chatflow_name ?? "",
      slug: row.slug ?? "",
      createdAt: row.created_at as Date,
      engine: row.engine,
      keepsConversations: row.retention_days !== 0,
      hasDocuments: row.has_documents,
      isPublic: row.is_public ?? false,
      sharing: row.sharing,
    },
    credentialId: row.key_id ?? publicCredentialId,
    secret: row.secret_id === null ? null : { id: row.secret_id, newDigest: isStale ? newest : null },
    limits,
    provider: providerOf(row),
    turns: row.turns ?? [],
  };
}

function providerOf({ provider_id: id, provider_kind: kind, ...row }: CallRow): ProviderRow | null {
  if (id === null || kind === null) return null;
  return { id, kind, base_url: row.provider_base_url, credential: row.provider_credential };
}
