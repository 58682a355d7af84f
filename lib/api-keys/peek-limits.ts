import "server-only";
import { type Levels, limitStates } from "@/lib/api-keys/limit-state";
import type { Limit, LimitState } from "@/lib/api-keys/limits";
import { redisCounters } from "@/lib/api-keys/redis-counters";
import type { Database } from "@/lib/db/client";

/**
 * What is left of a key's limits, without taking anything: for its page. In the order of `limits`.
 * @throws AppError `limits_unavailable` when Redis is away, or, when the database is, whatever the driver
 *   throws (see `toAppError`)
 */
export async function peekLimits(db: Database, apiKeyId: string, limits: Limit[], now: Date): Promise<LimitState[]> {
  if (limits.length === 0) return [];
  const redis = redisCounters();
  return limitStates(limits, redis ? await redis.levels(apiKeyId) : await storedLevels(db, apiKeyId), now);
}

async function storedLevels(db: Database, apiKeyId: string): Promise<Levels> {
  const sql = "SELECT levels FROM api_key_counter WHERE api_key_id = $1";
  const { rows } = await db.pool.query<{ levels: Levels }>(sql, [apiKeyId]);
  return rows[0]?.levels ?? {};
}
