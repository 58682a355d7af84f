import { createClient } from "@redis/client";
import { afterAll, expect, test } from "vitest";
import { startRedis } from "@/lib/testing/redis-server";
import { examineRedis } from "./redis.ts";

const redis = await startRedis();
afterAll(() => redis.kill());

test("a Redis that keeps what it is given is well, one that may drop counters is warned of, one that is away fails", async () => {
  expect(await examineRedis(redis.url)).toMatchObject({ state: "ok", seen: expect.stringMatching(/^Redis \d/) });
  const client = await createClient({ url: redis.url }).connect();
  await client.configSet("maxmemory-policy", "allkeys-lru");
  client.destroy();
  expect(await examineRedis(redis.url)).toMatchObject({
    state: "warning",
    seen: expect.stringContaining("allkeys-lru"),
  });
  await redis.kill();
  expect(await examineRedis(redis.url)).toMatchObject({ state: "failure" });
  expect(await examineRedis(undefined)).toMatchObject({ state: "ok" });
});
