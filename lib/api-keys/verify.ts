import "server-only";
import { digestToken, type Token } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";
import type { Turn } from "@/lib/engines/engine";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { isUuid, publicCredentialId } from "@/lib/ids";
import type { ProviderRow } from "@/lib/providers/connection";

/** What a caller brings: no credentials, or a bearer token whose shape and checksum are right. */
export interface Call {
  chatflowId: string;
  token: Token | null;
  /** The session to continue, if the caller names one. */
  sessionId: string | null;
}

/** A call that may be answered. */
export interface Grant {
  chatflow: {
    id: string;
    workspaceId: string;
    name: string;
    engine: unknown;
    /** False where nothing but counts is kept, so that there is no memory either. */
    keepsConversations: boolean;
  };
  /** The calling key's id, or `publicCredentialId`. Sessions belong to it. */
  credentialId: string;
  /** Set when the token was found under an older pepper: to be rewritten when the call is recorded. */
  staleSecret: { id: string; digest: Buffer } | null;
  /** The provider that the chatflow's engine names, its credential still encrypted; null when there is none. */
  provider: ProviderRow | null;
  /** Earlier turns of the session, oldest first, as many as the chatflow remembers. */
  turns: Turn[];
}

/** The one row a call is decided on. Columns of what was not found are null. */
export interface CallRow {
  chatflow_id: string | null;
  workspace_id: string | null;
  chatflow_name: string | null;
  engine: unknown;
  retention_days: number | null;
  is_public: boolean | null;
  assigned_key_id: string | null;
  key_id: string | null;
  key_workspace_id: string | null;
  secret_id: string | null;
  digest: Buffer | null;
  provider_id: string | null;
  provider_kind: string | null;
  provider_base_url: string | null;
  provider_credential: Buffer | null;
  turns: Turn[] | null;
}

// Expired and disabled secrets and keys are left out by the joins, so that they look like unknown ones.
const findCall = `
  SELECT c.id AS chatflow_id, c.workspace_id, c.name AS chatflow_name, c.engine, c.retention_days, c.is_public,
         c.api_key_id AS assigned_key_id,
         k.id AS key_id, k.workspace_id AS key_workspace_id, s.id AS secret_id, s.digest,
         v.id AS provider_id, v.kind AS provider_kind, v.base_url AS provider_base_url,
         v.credential AS provider_credential,
         (SELECT json_agg(json_build_object('question', t.question, 'answer', t.answer) ORDER BY t.created_at, t.id)
          FROM (SELECT p.id, p.question, p.answer, p.created_at FROM prediction p
                WHERE $3::text IS NOT NULL AND p.chatflow_id = c.id AND p.session_id = $3
                  AND p.credential_id = coalesce(k.id, '${publicCredentialId}') AND p.status = 'ok'
                ORDER BY p.created_at DESC, p.id DESC
                LIMIT coalesce((c.engine->>'memoryTurns')::int, 0)) t) AS turns
  FROM (SELECT 1) call
  LEFT JOIN chatflow c ON c.id = $1
  LEFT JOIN provider v ON v.id = (c.engine->>'providerId')::uuid AND v.workspace_id = c.workspace_id
  LEFT JOIN (api_key_secret s JOIN api_key k ON k.id = s.api_key_id
               AND k.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $4))
    ON s.digest = ANY($2::bytea[]) AND (s.expires_at IS NULL OR s.expires_at > $4)`;

/**
 * Decides whether a call may be answered, in one SQL statement and without any cache: what an
 * operator has changed holds for the next call, on every instance. The only place where a token
 * meets the database.
 *
 * @throws AppError `unauthenticated`, `invalid_token`, `insufficient_scope`, `chatflow_closed`,
 *   `not_found` or, when the database is away, whatever the driver throws (see `toAppError`)
 */
export async function verifyCall(db: Database, call: Call, now: Date): Promise<Grant> {
  const peppers = env().FLOWLATCH_PEPPER;
  const { token } = call;
  const digests = token ? peppers.map((pepper) => digestToken(token, pepper)) : [];
  // An id that is no UUID names no chatflow; asking Postgres about it would be an error of its own.
  const chatflowId = isUuid(call.chatflowId) ? call.chatflowId : publicCredentialId;
  const result = await db.pool.query<CallRow>(findCall, [chatflowId, digests, call.sessionId, now]);
  const row = result.rows[0];
  if (!row) throw new AppError("internal", "The call could not be checked.");
  const grant = decide(row, token !== null);
  const [newest] = digests;
  const isStale = newest && row.digest && row.secret_id && !newest.equals(row.digest);
  return { ...grant, staleSecret: isStale ? { id: row.secret_id as string, digest: newest } : null };
}

/** One answer for every token that does not count: unknown, malformed, revoked, expired, foreign. */
export function invalidToken(): AppError {
  return new AppError("invalid_token", "The API key is not valid. Check the token, or ask its operator for a new one.");
}

/** The decision, from the row alone. The token comes first, so that a bad one learns nothing more. */
export function decide(row: CallRow, hasToken: boolean): Omit<Grant, "staleSecret"> {
  const isForeign = row.chatflow_id !== null && row.key_workspace_id !== row.workspace_id;
  if (hasToken && (row.key_id === null || isForeign)) throw invalidToken();
  if (row.chatflow_id === null || row.workspace_id === null) {
    throw new AppError("not_found", "There is no chatflow with this id.");
  }
  if (!row.is_public) {
    if (!hasToken) {
      throw new AppError(
        "unauthenticated",
        "This chatflow needs an API key: send it as Authorization: Bearer <token>.",
      );
    }
    if (row.assigned_key_id === null) {
      throw new AppError("chatflow_closed", "This chatflow is closed: no API key is assigned to it.");
    }
    if (row.assigned_key_id !== row.key_id) {
      throw new AppError(
        "insufficient_scope",
        "This API key is valid, but it is not the one assigned to this chatflow.",
      );
    }
  }
  return {
    chatflow: {
      id: row.chatflow_id,
      workspaceId: row.workspace_id,
      name: row.chatflow_name ?? "",
      engine: row.engine,
      keepsConversations: row.retention_days !== 0,
    },
    credentialId: row.key_id ?? publicCredentialId,
    provider: providerOf(row),
    turns: row.turns ?? [],
  };
}

function providerOf({ provider_id: id, provider_kind: kind, ...row }: CallRow): ProviderRow | null {
  if (id === null || kind === null) return null;
  return { id, kind, base_url: row.provider_base_url, credential: row.provider_credential };
}
