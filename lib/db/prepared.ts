import "server-only";
import { createHash } from "node:crypto";
import type { Pool, QueryResult, QueryResultRow } from "pg";
import type { Database } from "@/lib/db/client";

/** A statement that is worth planning once for each connection, and not with each call. */
export interface Prepared {
  name: string;
  text: string;
}

/**
 * Names a statement after its text, so that another version of the app, behind the same pooler, can never have
 * prepared anything else under its name.
 */
export function prepared(text: string): Prepared {
  return { name: `flowlatch_${createHash("sha256").update(text).digest("base64url").slice(0, 22)}`, text };
}

/**
 * What Postgres says before it executes anything, when a connection is not the session that prepared: there is no
 * such statement, there is one already, or what it reads has changed since
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const notPrepared = new Set(["26000", "42P05", "0A000"]);

/** Pools whose connections share sessions: an older PgBouncer between them, or the embedded database. */
const sharing = new WeakSet<Pool>();

/**
 * Executes a prepared statement, or, where connections do not keep what was prepared on them, the same one unprepared.
 * @throws what the driver throws
 */
export async function execute<Row extends QueryResultRow>(
  { pool }: Database,
  { name, text }: Prepared,
  values: unknown[],
): Promise<QueryResult<Row>> {
  if (sharing.has(pool)) return await pool.query<Row>(text, values);
  try {
    return await pool.query<Row>({ name, text, values });
  } catch (error) {
    if (!notPrepared.has((error as { code?: string }).code ?? "")) throw error;
    sharing.add(pool);
    return await pool.query<Row>(text, values);
  }
}
