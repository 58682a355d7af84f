import { afterAll, beforeEach, expect, test } from "vitest";
import type { Limit } from "@/lib/api-keys/limits";
import { peekLimits } from "@/lib/api-keys/peek-limits";
import { setAllowedAddresses, setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { generateToken } from "@/lib/api-keys/token";
import { predict, openingQuestion as question, type TestCall } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createKnowledgeChatflow } from "@/lib/testing/fixtures";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { startProviderServer } from "@/lib/testing/provider-server";

const db = await testDatabase();
const provider = await startProviderServer();
afterAll(() => provider.close());

// Whole hours and days, so that what a test takes to run changes no figure but a second of `t`.
const limits: Limit[] = [
  { kind: "rate", per: "day", max: 2 },
  { kind: "quota", per: "month", max: 1_000 },
];
let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
beforeEach(async () => {
  guarded = await createGuardedChatflow(db);
  await setApiKeyLimits(guarded.ctx, { id: guarded.key.id, limits });
});

const call = (changes: TestCall = {}) => predict(guarded.chatflowId, { token: guarded.key.token, ...changes });

/** The list of an answer's header, item by item: name and whole-number parameters (RFC 9651). */
function items(response: Response, header: string): Record<string, Record<string, number>> {
  const list = (response.headers.get(header) ?? "").split(", ");
  return Object.fromEntries(
    list.map((item) => {
      expect(item).toMatch(/^"[a-z-]+"(;[a-z]+=\d+)+$/);
      const [name, ...parameters] = item.split(";");
      return [JSON.parse(name ?? ""), Object.fromEntries(parameters.map((one) => [one[0], Number(one.slice(2))]))];
    }),
  );
}

function expectHeaders(response: Response, remaining: [day: number, month: number]) {
  const [dayLeft, monthLeft] = remaining;
  const now = new Date();
  const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  const month = (nextMonth - Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)) / 1_000;
  expect(items(response, "ratelimit-policy")).toEqual({
    day: { q: 2, w: 86_400 },
    "quota-month": { q: 1_000, w: month },
  });
  const left = items(response, "ratelimit");
  expect(left).toMatchObject({ day: { r: dayLeft }, "quota-month": { r: monthLeft } });
  // Seconds from now, never a time of day.
  expect(Math.abs((left.day?.t ?? 0) - (2 - dayLeft) * 43_200)).toBeLessThan(120);
  expect(Math.abs((left["quota-month"]?.t ?? 0) - (nextMonth - now.getTime()) / 1_000)).toBeLessThan(120);
}

test("an answer, as JSON or as a stream, says what its key's limits are and what is left of them", async () => {
  const json = await call();
  expect(json.status).toBe(200);
  expectHeaders(json, [1, 999]);
  const stream = await call({ body: { question, streaming: true } });
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  expectHeaders(stream, [0, 998]);
  await stream.text();
});

test("a call over the limit is told which one, and in how many seconds there is room", async () => {
  for (let n = 0; n < 2; n++) await call();
  const refused = await call();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expectHeaders(refused, [0, 998]);
  const retryAfter = refused.headers.get("retry-after") ?? "";
  expect(retryAfter).toMatch(/^\d+$/);
  expect(Math.abs(Number(retryAfter) - 43_200)).toBeLessThan(120);
  expect(await refused.json()).toMatchObject({
    type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
    status: 429,
    code: "limit_reached",
    message: "This API key has reached its limit of 2 calls per day.",
    "violated-policies": ["day"],
  });
  expect(await db.prisma.prediction.count()).toBe(2);
});

test("an answer that its engine could not give carries the headers as well", async () => {
  const model = await createModelChatflow(db, provider.url);
  await setApiKeyLimits(model.ctx, { id: model.key.id, limits });
  await provider.close();
  const failed = await predict(model.chatflowId, { token: model.key.token });
  expect(failed.status).toBe(502);
  expectHeaders(failed, [1, 999]);
});

test("a key without limits, and a call that is refused for another reason, is told of none", async () => {
  const free = await createGuardedChatflow(db);
  for (const response of [await predict(free.chatflowId, { token: free.key.token }), await call({ body: {} })]) {
    expect(response.headers.get("ratelimit-policy")).toBeNull();
    expect(response.headers.get("ratelimit")).toBeNull();
  }
});

test("whatever is refused before it is answered uses nothing of the key's limits", async () => {
  const { ctx, key } = guarded;
  const other = await createKnowledgeChatflow(ctx, "Another");
  const broken = key.token.slice(0, -1) + (key.token.endsWith("0") ? "1" : "0");
  const refused = [
    await call({ body: {} }),
    await call({ body: "no JSON" }),
    await call({ body: { question: 7 } }),
    await call({ token: generateToken() }),
    await call({ token: broken }),
    await call({ query: `?apiKey=${key.token}` }),
    await predict(other, { token: key.token }),
    await predict(crypto.randomUUID(), { token: key.token }),
  ];
  await setAllowedAddresses(ctx, { id: key.id, allowedAddresses: ["192.0.2.0/24"] });
  refused.push(await call());
  const statuses = refused.map(({ status }) => status);
  expect(statuses).toEqual([422, 400, 422, 401, 401, 400, 403, 404, 403]);
  const left = await peekLimits(db, key.id, limits, new Date());
  expect(left.map(({ remaining }) => remaining)).toEqual([2, 1_000]);
});

test("a limited call costs two statements besides the engine's search, and one that is over the limit one", async () => {
  for (let n = 0; n < 2; n++) {
    const statements = await statementsOf(async () => (await call()).text());
    expect(statements.filter((sql) => !sql.includes("passage"))).toHaveLength(2);
  }
  expect(await statementsOf(() => call())).toHaveLength(1);
});
