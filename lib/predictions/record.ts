import "server-only";
import { pepperIdOf } from "@/lib/api-keys/token";
import type { Grant } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import { execute, prepared } from "@/lib/db/prepared";
import type { SourceDocument, Usage } from "@/lib/engines/engine";
import { env } from "@/lib/env";
import { type ErrorCode, isDatabaseUnavailable } from "@/lib/errors";
import { publicCredentialId } from "@/lib/ids";
import { InBatches } from "@/lib/predictions/in-batches";

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
const isDue = `(last_used_at IS NULL OR last_used_at < $6::timestamptz - interval '${lastUsedEverySeconds} seconds')`;

// A chatflow deleted while it answered has no history to add to, and one that keeps nothing wants
// none, as does a caller who said so; the answer still counts as usage. The key is found by its id alone: by its
// workspace as well, a plan made before the tables were counted would read all keys there.
const recordCalls = prepared(`
  WITH call AS (
    SELECT * FROM json_to_recordset($1::json) AS given (
      id uuid, session_id text, chat_id text, question text, answer text, status text, error_code text, sources jsonb,
      usage jsonb, first_token_ms int, duration_ms int, request_id text, created_at timestamptz, keeps boolean)
  ), recorded AS (
    INSERT INTO prediction (id, workspace_id, chatflow_id, credential_id, session_id, chat_id, question, answer,
                            status, error_code, sources, usage, first_token_ms, duration_ms, request_id, created_at)
    SELECT call.id, c.workspace_id, c.id, $4::uuid, session_id, chat_id, question, answer,
           status, error_code, sources, usage, first_token_ms, duration_ms, request_id, created_at
    FROM (SELECT id, workspace_id FROM chatflow
          WHERE id = $2::uuid AND workspace_id = $3::uuid AND retention_days IS DISTINCT FROM 0
          FOR KEY SHARE) c
    CROSS JOIN call WHERE keeps
  ), counted AS (
    INSERT INTO usage_hour AS u (hour, workspace_id, credential_id, chatflow_id, predictions, errors)
    SELECT date_trunc('hour', created_at, 'UTC') AS hour, $3::uuid, $4::uuid, $2::uuid,
           count(*), count(*) FILTER (WHERE status = 'error')
    FROM call GROUP BY 1 ORDER BY 1
    ON CONFLICT (hour, credential_id, chatflow_id)
    DO UPDATE SET predictions = u.predictions + excluded.predictions, errors = u.errors + excluded.errors
  ), used AS (
    UPDATE api_key_secret
    SET last_used_at = $6::timestamptz, last_used_address = $8, digest = coalesce($7::bytea, digest), pepper_id = $9
    WHERE id = $5::uuid AND api_key_id = $4::uuid AND ($7::bytea IS NOT NULL OR ${isDue})
  )
  UPDATE api_key SET last_used_at = $6::timestamptz, last_used_address = $8
  WHERE id = $4::uuid AND ${isDue}`);

/** A record as it is sent: its row by the names of the statement's columns, and what it means for key and secret. */
interface Sent {
  json: string;
  grant: Grant;
  createdAt: Date;
  address: string | null;
}

/** Most records in one statement, and characters of them. */
const batchLength = 64;
const batchCharacters = 4_000_000;

function isFull(batch: readonly Sent[]): boolean {
  return batch.length >= batchLength || batch.reduce((sum, { json }) => sum + json.length, 0) >= batchCharacters;
}

const batches = new WeakMap<Database["pool"], InBatches<Sent>>();

function batchesOf(db: Database): InBatches<Sent> {
  let ofPool = batches.get(db.pool);
  if (!ofPool) {
    const isOfOneItem = (error: unknown) => !isDatabaseUnavailable(error);
    ofPool = new InBatches<Sent>({ write: (sent) => write(db, sent), isFull, isOfOneItem, longestWaitMs: 1_000 });
    batches.set(db.pool, ofPool);
  }
  return ofPool;
}

/**
 * Writes a prediction, its usage, the last use of key and secret and, after a change of pepper, the
 * token's new digest, all or nothing. It takes one SQL statement, which calls of the same token to the same chatflow
 * may share: they count in the same row, so that each would have to wait for the others' commits. Calls of anybody
 * else are in no statement of theirs.
 */
export async function recordPrediction(db: Database, grant: Grant, record: PredictionRecord): Promise<void> {
  const { createdAt, address } = record;
  const sent = { json: rowOf(record), grant, createdAt, address };
  const name = `${grant.chatflow.id} ${grant.credentialId} ${grant.secret?.id}`;
  await batchesOf(db).add(name, sent);
}

async function write(db: Database, sent: Sent[]): Promise<void> {
  const latest = sent.reduce((one, other) => (other.createdAt > one.createdAt ? other : one));
  const { chatflow, credentialId, secret } = latest.grant;
  await execute(db, recordCalls, [
    `[${sent.map(({ json }) => json).join()}]`,
    chatflow.id,
    chatflow.workspaceId,
    credentialId,
    secret?.id ?? publicCredentialId,
    latest.createdAt,
    sent.map(({ grant }) => grant.secret?.newDigest).find(Boolean) ?? null,
    latest.address,
    newestPepperId(),
  ]);
}

function rowOf(record: PredictionRecord): string {
  return storableJson({
    id: record.id,
    session_id: record.sessionId,
    chat_id: record.chatId,
    question: record.question,
    answer: record.answer,
    status: record.status,
    error_code: record.errorCode,
    sources: record.sources,
    usage: record.usage,
    first_token_ms: record.firstTokenMs,
    duration_ms: record.durationMs,
    request_id: record.requestId,
    created_at: record.createdAt,
    keeps: record.keeps,
  });
}

let pepperId: string | undefined;

/** Made once: a process has its peppers for as long as it lives. */
function newestPepperId(): string {
  pepperId ??= pepperIdOf(env().FLOWLATCH_PEPPER[0] as string);
  return pepperId;
}

/**
 * JSON that Postgres stores as text: it knows neither NUL nor half of a surrogate pair, and what an engine says is not
 * ours to choose. `JSON.stringify` escapes both, and no whole pair.
 */
function storableJson(value: unknown): string {
  // Each escape is one match, so that what follows a backslash that is itself escaped is none.
  return JSON.stringify(value).replace(/\\(?:u0000|ud[89a-f]..|.)/g, (sequence) => {
    if (sequence === "\\u0000") return "";
    return sequence.startsWith("\\ud") ? "\ufffd" : sequence;
  });
}
