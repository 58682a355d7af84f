import "server-only";
import { sessionMaxAge } from "@/lib/auth/session-secrets";
import type { Database } from "@/lib/db/client";
import { always, inBatches, rowsPerBatch } from "@/lib/maintenance/batches";

/** Ends a session: from now on no copy of its cookie opens anything, at whichever instance (`operatorOfSession`). */
export async function endSession(db: Database, sessionId: string, now: Date): Promise<void> {
  await db.pool.query("INSERT INTO ended_session (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
    sessionId,
    new Date(now.getTime() + sessionMaxAge * 1000),
  ]);
}

/**
 * Deletes what no cookie is left of, in batches. Part of the maintenance. An hour later, as instances' clocks differ.
 * @returns how many were deleted
 */
export async function pruneEndedSessions(db: Database, now: Date, mayGoOn = always): Promise<{ deleted: number }> {
  const deleted = await inBatches(rowsPerBatch, mayGoOn, async () => {
    const { rowCount } = await db.pool.query(
      `DELETE FROM ended_session WHERE id IN (
         SELECT id FROM ended_session WHERE expires_at < $1::timestamptz - interval '1 hour'
         LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [now, rowsPerBatch],
    );
    return rowCount;
  });
  return { deleted };
}
