import "server-only";
import type { Database } from "@/lib/db/client";
import { always, inBatches, rowsPerBatch } from "@/lib/maintenance/batches";

/**
 * Deletes what was counted of failed sign-ins that are forgotten: nothing for an hour, and no wait that goes on. In
 * batches; part of the maintenance.
 * @returns how many were deleted
 */
export async function pruneFailedSignIns(db: Database, now: Date, mayGoOn = always): Promise<{ deleted: number }> {
  const deleted = await inBatches(rowsPerBatch, mayGoOn, async () => {
    const { rowCount } = await db.pool.query(
      `DELETE FROM sign_in_throttle WHERE subject IN (
         SELECT subject FROM sign_in_throttle
         WHERE updated_at < $1::timestamptz - interval '1 hour' AND blocked_until <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [now, rowsPerBatch],
    );
    return rowCount;
  });
  return { deleted };
}
