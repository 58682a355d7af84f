import { createClient } from "@redis/client";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Limit } from "@/lib/api-keys/limits";
import { redisCounters } from "@/lib/api-keys/redis-counters";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { predict } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startRedis } from "@/lib/testing/redis-server";

const redis = await startRedis();
process.env.REDIS_URL = redis.url;
afterAll(async () => {
  redisCounters()?.close();
  delete process.env.REDIS_URL;
  await redis.kill();
});
const db = await testDatabase();

const perMinute: Limit = { kind: "rate", per: "minute", max: 100 };
let limited: Awaited<ReturnType<typeof createGuardedChatflow>>;
let free: typeof limited;
beforeEach(async () => {
  limited = await createGuardedChatflow(db);
  free = await createGuardedChatflow(db);
  await setApiKeyLimits(limited.ctx, { id: limited.key.id, limits: [perMinute] });
});

const call = async ({ chatflowId, key }: typeof limited) => await predict(chatflowId, { token: key.token });
const answers = async () => (await call(limited)).status === 200 || null;

async function expectClosed() {
  const refused = await call(limited);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(await refused.json()).toMatchObject({ code: "limits_unavailable" });
  // Nothing of it needs Redis.
  expect((await call(free)).status).toBe(200);
  expect(await db.prisma.prediction.count({ where: { credentialId: limited.key.id, status: "ok" } })).toBe(1);
}

test("while Redis is down keys with limits are refused, the others are not, and it comes back by itself", async () => {
  expect(await answers()).toBe(true);
  await redis.kill();
  await expectClosed();
  await redis.start();
  await eventually(answers);
});

test("while Redis is there but does not answer, nobody waits for it, and it comes back by itself", async () => {
  expect(await answers()).toBe(true);
  redis.freeze();
  await expectClosed();
  redis.resume();
  await eventually(answers);
});

test("a call that Redis counts costs two statements besides the engine's search, and none counts it in Postgres", async () => {
  expect(await answers()).toBe(true);
  const statements = await statementsOf(async () => (await call(limited)).text());
  expect(statements.filter((sql) => !sql.includes("passage"))).toHaveLength(2);
  expect(await db.prisma.apiKeyCounter.findMany({ where: { apiKeyId: limited.key.id } })).toMatchObject([
    { levels: {} },
  ]);
});

test("what Redis keeps of a key goes by itself, once its limits are whole again", async () => {
  const client = createClient({ url: redis.url });
  await client.connect();
  const lifetime = async () => await client.pTTL(`flowlatch:limits:${limited.key.id}`);
  expect(await answers()).toBe(true);
  expect(await lifetime()).toBeGreaterThan(110_000);
  expect(await lifetime()).toBeLessThanOrEqual(120_000);
  // A longer limit is kept longer, and is not cut short by a shorter one that takes its place.
  await setApiKeyLimits(limited.ctx, { id: limited.key.id, limits: [{ kind: "rate", per: "day", max: 9 }] });
  expect(await answers()).toBe(true);
  await setApiKeyLimits(limited.ctx, { id: limited.key.id, limits: [perMinute] });
  expect(await answers()).toBe(true);
  expect(await lifetime()).toBeGreaterThan(86_400_000);
  expect(await client.keys(`*${limited.key.id}*`)).toHaveLength(1);
  client.destroy();
});
