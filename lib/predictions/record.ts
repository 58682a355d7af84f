import "server-only";
import { pepperIdOf } from "@/lib/api-keys/token";
import type { Grant } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import { execute, prepared } from "@/lib/db/prepared";
import type { SourceDocument, Usage } from "@/lib/engines/engine";
import { env } from "@/lib/env";
import type { ErrorCode } from "@/lib/errors";
import { publicCredentialId } from "@/lib/ids";

/** What is kept of a prediction, whatever its outcome. */
export interface PredictionRecord {
  id: string;
  sessionId: string;
  chatId: string;
  question: string;
  answer: string;
  status: "ok" | "error" | "aborted";
  errorCode: ErrorCode | null;
  sources: SourceDocument[] | null;
  usage: Usage | null;
  firstTokenMs: number | null;
  durationMs: number;
  requestId: string;
  createdAt: Date;
  /** The caller's IP address, where it is known. */
  address: string | null;
  /** False when the caller wants nothing of it kept. */
  keeps: boolean;
}

/** A key's last use is written at most this often, so that a busy key is not a hot row. */
const lastUsedEverySeconds = 60;
const isDue = `(last_used_at IS NULL OR last_used_at < $16::timestamptz - interval '${lastUsedEverySeconds} seconds')`;

// A chatflow deleted while it answered has no history to add to, and one that keeps nothing wants
// none, as does a caller who said so; the answer still counts as usage.
const recordCall = prepared(`
  WITH recorded AS (
    INSERT INTO prediction (id, workspace_id, chatflow_id, credential_id, session_id, chat_id, question, answer,
                            status, error_code, sources, usage, first_token_ms, duration_ms, request_id, created_at)
    SELECT $1::uuid, c.workspace_id, c.id, $4::uuid, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb,
           $13::int, $14::int, $15, $16::timestamptz
    FROM chatflow c WHERE c.id = $2::uuid AND c.workspace_id = $3::uuid AND c.retention_days IS DISTINCT FROM 0
      AND $21::boolean
    FOR KEY SHARE
  ), counted AS (
    INSERT INTO usage_hour AS u (hour, workspace_id, credential_id, chatflow_id, predictions, errors)
    VALUES (date_trunc('hour', $16::timestamptz, 'UTC'), $3::uuid, $4::uuid, $2::uuid, 1, ($9 = 'error')::int)
    ON CONFLICT (hour, credential_id, chatflow_id)
    DO UPDATE SET predictions = u.predictions + 1, errors = u.errors + excluded.errors
  ), used AS (
    UPDATE api_key_secret
    SET last_used_at = $16::timestamptz, last_used_address = $19, digest = coalesce($18::bytea, digest), pepper_id = $20
    WHERE id = $17::uuid AND api_key_id = $4::uuid AND ($18::bytea IS NOT NULL OR ${isDue})
  )
  UPDATE api_key SET last_used_at = $16::timestamptz, last_used_address = $19
  WHERE id = $4::uuid AND workspace_id = $3::uuid AND ${isDue}`);

/**
 * Writes a prediction, its usage, the last use of key and secret and, after a change of pepper, the
 * token's new digest: one SQL statement, all or nothing.
 */
export async function recordPrediction(db: Database, grant: Grant, record: PredictionRecord): Promise<void> {
  await execute(db, recordCall, [
    record.id,
    grant.chatflow.id,
    grant.chatflow.workspaceId,
    grant.credentialId,
    record.sessionId,
    record.chatId,
    record.question,
    storable(record.answer),
    record.status,
    record.errorCode,
    record.sources && JSON.stringify(record.sources).replaceAll("\\u0000", ""),
    record.usage && JSON.stringify(record.usage),
    record.firstTokenMs,
    record.durationMs,
    record.requestId,
    record.createdAt,
    grant.secret?.id ?? publicCredentialId,
    grant.secret?.newDigest ?? null,
    record.address,
    newestPepperId(),
    record.keeps,
  ]);
}

let pepperId: string | undefined;

/** Made once: a process has its peppers for as long as it lives. */
function newestPepperId(): string {
  pepperId ??= pepperIdOf(env().FLOWLATCH_PEPPER[0] as string);
  return pepperId;
}

/** Postgres stores no NUL, and what an engine says is not ours to choose. */
function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
