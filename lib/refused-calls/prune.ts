import "server-only";
import type { Database } from "@/lib/db/client";
import { env } from "@/lib/env";
import { always, inBatches, type MayGoOn, rowsPerBatch } from "@/lib/maintenance/batches";

/** Refused calls that a workspace keeps, the newest. */
export const refusedCallsKept = 100_000;

/**
 * Deletes refused calls that are older than FLOWLATCH_REFUSED_CALL_DAYS, and of each workspace all but the
 * newest, in batches. Part of the maintenance.
 * @returns how many were deleted
 */
export async function pruneRefusedCalls(
  db: Database,
  now: Date,
  mayGoOn: MayGoOn = always,
  kept = refusedCallsKept,
): Promise<{ deleted: number }> {
  let deleted = 0;
  for (const { id } of await db.prisma.workspace.findMany({ select: { id: true } })) {
    deleted += await inBatches(rowsPerBatch, mayGoOn, () => pruneBatch(db, { id, now, kept }));
  }
  return { deleted };
}

async function pruneBatch(db: Database, { id, now, kept }: { id: string; now: Date; kept: number }) {
  // Several instances may prune at once: each takes rows the others do not.
  const { rowCount } = await db.pool.query(
    `DELETE FROM refused_call WHERE id = ANY(ARRAY(
       SELECT id FROM refused_call
       WHERE workspace_id = $1 AND at <= greatest(
         $2::timestamptz - make_interval(days => $3),
         (SELECT at FROM refused_call WHERE workspace_id = $1 ORDER BY at DESC, id DESC OFFSET $4 LIMIT 1))
       ORDER BY at LIMIT $5 FOR UPDATE SKIP LOCKED))`,
    [id, now, env().FLOWLATCH_REFUSED_CALL_DAYS, kept, rowsPerBatch],
  );
  return rowCount;
}
