import "server-only";
import type { Admission, Limit, LimitState } from "@/lib/api-keys/limits";
import type { Database } from "@/lib/db/client";

/**
 * What is left of a key's limits, without taking anything: for its page. In the order of `limits`.
 * @throws whatever the driver throws when the counters are away (see `toAppError`)
 */
export async function peekLimits(db: Database, apiKeyId: string, limits: Limit[], now: Date): Promise<LimitState[]> {
  if (limits.length === 0) return [];
  const { rows } = await db.pool.query<{ admission: Admission }>(
    "SELECT admit_call($1, $2::jsonb, $3, false) AS admission",
    [apiKeyId, JSON.stringify(limits), now],
  );
  return rows[0]?.admission.limits ?? [];
}
