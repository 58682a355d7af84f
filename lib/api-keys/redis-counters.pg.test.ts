import { afterAll, describe } from "vitest";
import { redisCounters } from "@/lib/api-keys/redis-counters";
import { testDatabase } from "@/lib/testing/database";
import { specifyLimitRaces } from "@/lib/testing/limit-races-spec";
import { specifyLimits } from "@/lib/testing/limits-spec";
import { startRedis } from "@/lib/testing/redis-server";

const redis = await startRedis();
process.env.REDIS_URL = redis.url;
afterAll(async () => {
  redisCounters()?.close();
  delete process.env.REDIS_URL;
  await redis.kill();
});

const db = await testDatabase();
describe("counted in Redis", () => specifyLimits(db));
await specifyLimitRaces(db);
