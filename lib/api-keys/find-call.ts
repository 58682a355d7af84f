import "server-only";
import type { Tally } from "@/lib/api-keys/limit-state";
import type { Limit } from "@/lib/api-keys/limits";
import type { RefusalReason } from "@/lib/api-keys/refusals";
import { strangers } from "@/lib/api-keys/strangers";
import { digestToken, type Token } from "@/lib/api-keys/token";
import { isSlug } from "@/lib/chatflows/slug";
import type { Database } from "@/lib/db/client";
import { execute, prepared } from "@/lib/db/prepared";
import type { Turn } from "@/lib/engines/engine";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { isUuid, publicCredentialId } from "@/lib/ids";
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

/** The one row a call is decided on. Columns of what was not found are null. */
export interface CallRow {
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
const callStatement = prepared(`
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

/** Whether a token works, or a chatflow is public: a token that works may name no chatflow that there is. */
function worksFor(token: Token | null) {
  return ({ refusal }: CallRow) => refusal === null || (token !== null && refusal === "unknown_chatflow");
}

/** All that is known of a call, and whether something speaks against it. */
export interface FoundCall {
  row: CallRow;
  /** Of the token, under each pepper. */
  digests: Buffer[];
  /** What a caller without a token is counted under. */
  visitor: Buffer;
}

/**
 * Reads and, where nothing speaks against it and `counts` says so, counts a call: the one statement that decides it.
 * @throws AppError `internal`, or what the driver throws
 */
export async function findCall(db: Database, call: Required<Call>, now: Date): Promise<FoundCall> {
  const { token, chatflowId, address } = call;
  const peppers = env().FLOWLATCH_PEPPER;
  const digests = token ? peppers.map((pepper) => digestToken(token, pepper)) : [];
  const visitor = visitorOf(address, peppers[0] as string);
  // What can be neither names no chatflow; asking Postgres about it could be an error of its own.
  const id = isUuid(chatflowId) ? chatflowId : null;
  const slug = id === null && isSlug(chatflowId) ? chatflowId : null;
  const [newest = null, ...older] = digests;
  const values = [id, newest, call.sessionId, now, address, call.counts, slug, visitor, older];
  const lookUp = async () => {
    const { rows } = await execute<CallRow>(db, callStatement, values);
    if (!rows[0]) throw new AppError("internal", "The call could not be checked.");
    return rows[0];
  };
  const caller = newest?.toString("base64url") ?? chatflowId;
  return { row: await strangers.inTurn(caller, lookUp, worksFor(token)), digests, visitor };
}
