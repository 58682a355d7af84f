import "server-only";
import { limitStates, type Tally } from "@/lib/api-keys/limit-state";
import type { Limit, LimitState } from "@/lib/api-keys/limits";
import { redisCounters } from "@/lib/api-keys/redis-counters";
import { type RefusalReason, RefusedCall } from "@/lib/api-keys/refusals";
import { digestToken, lastFourOf, type Token } from "@/lib/api-keys/token";
import { isSlug } from "@/lib/chatflows/slug";
import type { Database } from "@/lib/db/client";
import { execute, prepared } from "@/lib/db/prepared";
import type { Turn } from "@/lib/engines/engine";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { isUuid, publicCredentialId } from "@/lib/ids";
import type { ProviderRow } from "@/lib/providers/connection";
import { allowedOriginsOf } from "@/lib/sharing/origins";
import { perAddressDefault } from "@/lib/sharing/schema";
import { visitorOf } from "@/lib/sharing/visitors";

/** What a caller brings: no credentials, or a bearer token whose shape and checksum are right. */
export interface Call {
  /** The chatflow's id or, of the token's own workspace, its slug. */
  chatflowId: string;
  token: Token | null;
  /** The session to continue, if the caller names one. */
  sessionId: string | null;
  /** The caller's IP address; null when it is not known, which no list of addresses allows. */
  address: string | null;
  /** False for a call that asks the chatflow nothing, which uses up nothing of any limit. */
  counts?: boolean;
}

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

/** The one row a call is decided on. Columns of what was not found are null. */
interface CallRow {
  refusal: RefusalReason | null;
  chatflow_id: string | null;
  workspace_id: string | null;
  chatflow_name: string | null;
  slug: string | null;
  created_at: Date | null;
  engine: unknown;
  retention_days: number | null;
  is_public: boolean | null;
  sharing: unknown;
  key_id: string | null;
  key_workspace_id: string | null;
  limits: Limit[] | null;
  secret_id: string | null;
  digest: Buffer | null;
  provider_id: string | null;
  provider_kind: string | null;
  provider_base_url: string | null;
  provider_credential: Buffer | null;
  has_documents: boolean;
  turns: Turn[] | null;
  tally: Tally | null;
}

const perAddress = `coalesce(c.sharing->'perAddressPerMinute', '${perAddressDefault}')`;
const visitorLimits = `
  CASE WHEN ${perAddress} = 'null' THEN '[]'
       ELSE jsonb_build_array(jsonb_build_object('kind', 'rate', 'per', 'minute', 'max', ${perAddress})) END`;

const secretColumns = "id, api_key_id, digest, end_reason, expires_at";

// The token comes first, so that a bad one learns nothing of the chatflow. Only a call that nothing else
// speaks against is counted, in the same statement: what is refused uses nothing up. A secret that was
// ended at once has a reason, and is refused whatever this instance's clock says. Who calls a public
// chatflow without a token is held to the limit of its visitors, each address by itself. Digests are looked
// up one by one, that of the newest pepper first: a plan for any number of them would read whole tables.
const findCall = prepared(`
  WITH call AS MATERIALIZED (
    SELECT c.id AS chatflow_id, c.workspace_id, c.name AS chatflow_name, c.slug, c.created_at,
           c.engine, c.retention_days,
           c.is_public, c.sharing, k.id AS key_id, k.workspace_id AS key_workspace_id, s.id AS secret_id, s.digest,
           CASE WHEN k.id IS NOT NULL THEN k.limits WHEN c.is_public THEN ${visitorLimits} END AS limits,
           CASE
             WHEN $2::bytea IS NOT NULL AND s.id IS NULL THEN 'unknown_token'
             WHEN k.workspace_id <> c.workspace_id THEN 'foreign_token'
             WHEN s.end_reason = 'exposed' THEN 'exposed_token'
             WHEN s.end_reason IS NOT NULL OR s.expires_at <= $4 THEN 'retired_token'
             WHEN k.disabled_at IS NOT NULL THEN 'disabled_key'
             WHEN k.expires_at <= $4 THEN 'expired_key'
             WHEN k.allowed_addresses <> '{}' AND NOT EXISTS (
               SELECT FROM unnest(k.allowed_addresses) AS network WHERE $5::inet <<= network::inet)
               THEN 'address_not_allowed'
             WHEN c.id IS NULL THEN 'unknown_chatflow'
             WHEN c.is_public THEN NULL
             WHEN s.id IS NULL THEN 'no_token'
             WHEN c.api_key_id = k.id THEN NULL
             WHEN EXISTS (SELECT FROM chatflow_further_key f WHERE f.chatflow_id = c.id AND f.api_key_id = k.id)
               THEN NULL
             WHEN c.api_key_id IS NULL AND NOT EXISTS (SELECT FROM chatflow_further_key f WHERE f.chatflow_id = c.id)
               THEN 'closed_chatflow'
             ELSE 'other_key'
           END AS refusal
    FROM (SELECT 1) one
    LEFT JOIN LATERAL (
      SELECT ${secretColumns} FROM api_key_secret WHERE digest = $2::bytea
      UNION ALL
      SELECT older.* FROM unnest($9::bytea[]) AS given(digest)
      CROSS JOIN LATERAL (SELECT ${secretColumns} FROM api_key_secret WHERE digest = given.digest LIMIT 1) older
      LIMIT 1
    ) s ON true
    LEFT JOIN api_key k ON k.id = s.api_key_id
    LEFT JOIN chatflow c ON c.id = coalesce($1::uuid, (
      SELECT named.id FROM chatflow named WHERE named.workspace_id = k.workspace_id AND named.slug = $7))
  )
  SELECT call.*,
         v.id AS provider_id, v.kind AS provider_kind, v.base_url AS provider_base_url,
         v.credential AS provider_credential,
         EXISTS (SELECT FROM document d WHERE d.chatflow_id = call.chatflow_id) AS has_documents,
         CASE WHEN refusal IS NULL AND $3::text IS NOT NULL THEN
           (SELECT json_agg(json_build_object('question', t.question, 'answer', t.answer) ORDER BY t.created_at, t.id)
            FROM (SELECT p.id, p.question, p.answer, p.created_at FROM prediction p
                  WHERE p.chatflow_id = call.chatflow_id AND p.session_id = $3
                    AND p.credential_id = coalesce(call.key_id, '${publicCredentialId}') AND p.status = 'ok'
                  ORDER BY p.created_at DESC, p.id DESC
                  LIMIT coalesce((call.engine->>'memoryTurns')::int, 0)) t) END AS turns,
         CASE WHEN refusal IS NULL AND limits <> '[]' AND $6 THEN
           CASE WHEN key_id IS NULL THEN admit_visitor(chatflow_id, $8, limits, $4)
                ELSE admit_call(key_id, limits, $4) END END AS tally
  FROM call
  LEFT JOIN provider v ON v.id = (call.engine->>'providerId')::uuid AND v.workspace_id = call.workspace_id`);

/**
 * Decides whether a call may be answered and counts it against the limits of its key, or of the visitor
 * who has none, in one SQL statement and without any cache: what an operator has changed holds for the next call, on every instance. With
 * REDIS_URL a call that nothing else speaks against is counted there instead. The only place where a
 * token meets the database.
 *
 * @throws RefusedCall with the reason, AppError `limits_unavailable`, or, when the database is away,
 *   whatever the driver throws (see `toAppError`)
 */
export async function verifyCall(db: Database, call: Call, now: Date): Promise<Grant> {
  const { token, counts = true } = call;
  const redis = redisCounters();
  const { row, digests, visitor } = await findRow(db, { ...call, counts: counts && redis === null }, now);
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
  const { row } = await findRow(db, { chatflowId: "", token, sessionId: null, address, counts: false }, now);
  const { refusal, key_id: id, key_workspace_id: workspaceId } = row;
  if (refusal === "unknown_chatflow" && id !== null && workspaceId !== null) return { id, workspaceId };
  throw refusing(row, token)(refusal ?? "unknown_token");
}

interface Found {
  row: CallRow;
  /** Of the token, under each pepper. */
  digests: Buffer[];
  /** What a caller without a token is counted under. */
  visitor: Buffer;
}

async function findRow(db: Database, call: Required<Call>, now: Date): Promise<Found> {
  const { token, chatflowId, address } = call;
  const peppers = env().FLOWLATCH_PEPPER;
  const digests = token ? peppers.map((pepper) => digestToken(token, pepper)) : [];
  const visitor = visitorOf(address, peppers[0] as string);
  // What can be neither names no chatflow; asking Postgres about it could be an error of its own.
  const id = isUuid(chatflowId) ? chatflowId : null;
  const slug = id === null && isSlug(chatflowId) ? chatflowId : null;
  const [newest = null, ...older] = digests;
  const values = [id, newest, call.sessionId, now, address, call.counts, slug, visitor, older];
  const { rows } = await execute<CallRow>(db, findCall, values);
  const [row] = rows;
  if (!row) throw new AppError("internal", "The call could not be checked.");
  return { row, digests, visitor };
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
