import "server-only";
import { createHmac } from "node:crypto";
import type { Database } from "@/lib/db/client";
import { addressGroup } from "@/lib/http/address-budget";
import { always, inBatches, rowsPerBatch } from "@/lib/maintenance/batches";

/**
 * What the calls of a public chatflow from one address are counted under: a digest of the address under the
 * pepper, 32 bytes, so that no address is kept. IPv6 counts by /64, which is what one customer is given. Where no
 * address is known all callers are one: a limit that cannot tell them apart holds for all of them.
 * @param address as `callerAddress` gives it
 */
export function visitorOf(address: string | null, pepper: string): Buffer {
  const group = address === null ? "unknown" : addressGroup(address);
  return createHmac("sha256", pepper).update(`visitor ${group}`).digest();
}

/** Longer than the longest of a visitor's limits, a minute, however far instances' clocks are apart. */
const keptMs = 10 * 60_000;
/**
 * Deletes what was counted of visitors whose limits are whole again, in batches. Part of the maintenance.
 * @returns how many were deleted
 */
export async function pruneVisitorCounters(db: Database, now: Date, mayGoOn = always): Promise<{ deleted: number }> {
  const deleted = await inBatches(rowsPerBatch, mayGoOn, async () => {
    const { rowCount } = await db.pool.query(
      `DELETE FROM visitor_counter WHERE (chatflow_id, visitor) IN (
         SELECT chatflow_id, visitor FROM visitor_counter WHERE counted_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [new Date(now.getTime() - keptMs), rowsPerBatch],
    );
    return rowCount;
  });
  return { deleted };
}
