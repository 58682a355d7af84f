import { beforeEach, expect, test } from "vitest";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import type { Limit } from "@/lib/api-keys/limits";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { regenerateApiKey, stopOldToken } from "@/lib/api-keys/rotation";
import { disableApiKey, enableApiKey } from "@/lib/api-keys/switching";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { keyState } from "@/lib/testing/key-state";
import { outcomeOf } from "@/lib/testing/outcome";

const db = await testDatabase();
const hourMs = 3_600_000;

let ctx: Context;
let chatflowId: string;
let key: { id: string; name: string; token: string };
beforeEach(async () => {
  ({ ctx, chatflowId, key } = await createGuardedChatflow(db));
});

/** So many milliseconds after the key was made. */
const after = (ms: number) => new Date(ctx.now.getTime() + ms);
const outcome = (token: string, atMs: number) => outcomeOf(db, { chatflowId, token }, after(atMs));
const regenerate = (oldTokenStops: Date | string | null, atMs = 0) =>
  regenerateApiKey({ ...ctx, now: after(atMs) }, { id: key.id, oldTokenStops });
const latestDetail = async () => (await db.prisma.auditEvent.findFirst({ orderBy: { id: "desc" } }))?.detail;

test("a grace period is honoured to the millisecond: both tokens verify until then, the new one alone after (LiteLLM 27193)", async () => {
  const renewed = await regenerate(after(hourMs).toISOString());
  expect(renewed).toEqual({ id: key.id, name: key.name, token: expect.any(String), oldTokenStops: after(hourMs) });
  const seen = [];
  for (const atMs of [0, hourMs - 1, hourMs]) {
    seen.push([await outcome(key.token, atMs), await outcome(renewed.token, atMs)]);
  }
  expect(seen).toEqual([
    ["admitted", "admitted"],
    ["admitted", "admitted"],
    ["retired_token", "admitted"],
  ]);
  expect(await latestDetail()).toEqual({
    before: { lastFour: key.token.slice(-4), oldTokenLastFour: null, oldTokenStops: null },
    after: {
      lastFour: renewed.token.slice(-4),
      oldTokenLastFour: key.token.slice(-4),
      oldTokenStops: after(hourMs).toISOString(),
    },
  });
});

test.each([
  ["no time", () => undefined],
  ["null", () => null],
  ["now", () => ctx.now],
  ["this minute", () => after(-59_000)],
])("with %s the old token stops at once, also where a clock is behind", async (_, stops) => {
  const { token, oldTokenStops } = await regenerateApiKey(ctx, { id: key.id, oldTokenStops: stops() });
  expect(oldTokenStops).toBeNull();
  expect(await outcome(key.token, 0)).toBe("retired_token");
  expect(await outcome(key.token, -5 * 60_000)).toBe("retired_token");
  expect(await outcome(token, 0)).toBe("admitted");
});

test("a second regenerate ends the older overlap at once", async () => {
  const second = await regenerate(after(hourMs));
  const third = await regenerate(after(2 * hourMs), 1);
  expect([await outcome(key.token, 0), await outcome(second.token, 1), await outcome(third.token, 1)]).toEqual([
    "retired_token",
    "admitted",
    "admitted",
  ]);
  expect(await outcome(second.token, 2 * hourMs)).toBe("retired_token");
});

test("who was shown another token than the one that works ends neither", async () => {
  const seenLastFour = key.token.slice(-4);
  const seeing = (lastFour: string) =>
    regenerateApiKey(ctx, { id: key.id, oldTokenStops: after(hourMs), seenLastFour: lastFour });
  const second = await seeing(seenLastFour);
  const message = `its token ends in ${second.token.slice(-4)} now, and nothing was changed`;
  await expect(seeing(seenLastFour)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining(message),
  });
  expect([await outcome(key.token, 0), await outcome(second.token, 0)]).toEqual(["admitted", "admitted"]);
  await seeing(second.token.slice(-4));
});

test("rotation neither makes an expiring key permanent nor revives an expired one (Unkey 5892)", async () => {
  const expiresAt = after(2 * hourMs);
  await setApiKeyExpiry(ctx, { id: key.id, expiresAt });
  const renewed = await regenerate(after(hourMs));
  expect((await db.prisma.apiKey.findFirst())?.expiresAt).toEqual(expiresAt);
  expect(await outcome(renewed.token, 2 * hourMs)).toBe("expired_key");
  const again = await regenerate(null, 3 * hourMs);
  expect((await db.prisma.apiKey.findFirst())?.expiresAt).toEqual(expiresAt);
  expect([await outcome(again.token, 3 * hourMs), await outcome(renewed.token, 3 * hourMs)]).toEqual([
    "expired_key",
    "retired_token",
  ]);
});

test("two overlapping tokens share one budget: limits are the key's (Unkey)", async () => {
  await setApiKeyLimits(ctx, { id: key.id, limits: [{ kind: "quota", per: "day", max: 4 }] });
  const { token } = await regenerate(after(hourMs));
  const outcomes = [];
  for (const called of [key.token, token, key.token, token, key.token, token]) outcomes.push(await outcome(called, 0));
  expect(outcomes).toEqual([...Array(4).fill("admitted"), "limit_reached", "limit_reached"]);
});

test("rotation resets no window and no quota (LiteLLM 31079)", async () => {
  const limits: Limit[] = [
    { kind: "rate", per: "hour", max: 2 },
    { kind: "quota", per: "month", max: 3 },
  ];
  await setApiKeyLimits(ctx, { id: key.id, limits });
  expect([await outcome(key.token, 0), await outcome(key.token, 0)]).toEqual(["admitted", "admitted"]);
  const renewed = await regenerate(after(hourMs));
  expect([await outcome(renewed.token, 0), await outcome(key.token, 0)]).toEqual(["limit_reached", "limit_reached"]);
  const again = await regenerate(null);
  expect(await outcome(again.token, 0)).toBe("limit_reached");
  const { levels } = await db.prisma.apiKeyCounter.findFirstOrThrow();
  expect(levels).toMatchObject({ "quota-month": [2, expect.any(Number)] });
});

test("an overlap that is past, absurd or outlives the key is refused beside the field, and nothing changes", async () => {
  await setApiKeyExpiry(ctx, { id: key.id, expiresAt: after(30 * 24 * hourMs) });
  const before = await keyState(db);
  const refusals: [Date | string, RegExp][] = [
    [after(-60_001), /has passed/],
    [after(30 * 24 * hourMs + 1), /The key itself expires on .* UTC; its old token cannot work for longer/],
    ["soon", /not a date or time/],
    ["2027-01-31T18:00", /with its zone/],
    [new Date(Number.NaN), /not a date or time/],
  ];
  for (const [stops, message] of refusals) {
    await expect(regenerate(stops)).rejects.toMatchObject({
      code: "invalid_input",
      field: "oldTokenStops",
      message: expect.stringMatching(message),
    });
  }
  expect(await keyState(db)).toBe(before);
  expect((await regenerate(after(30 * 24 * hourMs))).oldTokenStops).toEqual(after(30 * 24 * hourMs));
  await setApiKeyExpiry(ctx, { id: key.id, expiresAt: null });
  await expect(regenerate(after(366 * 24 * hourMs))).rejects.toThrow(/at most 365 days/);
});

test("a token that does not work is given no overlap: the key's is disabled, expired, or was found somewhere", async () => {
  await disableApiKey(ctx, { id: key.id });
  await expect(regenerate(after(hourMs))).rejects.toMatchObject({ field: "oldTokenStops", message: /disabled/ });
  const { token } = await regenerate(null);
  expect(await outcome(token, 0)).toBe("disabled_key");
  await enableApiKey(ctx, { id: key.id });
  expect([await outcome(token, 0), await outcome(key.token, 0)]).toEqual(["admitted", "retired_token"]);

  await setApiKeyExpiry(ctx, { id: key.id, expiresAt: after(hourMs) });
  await expect(regenerate(after(3 * hourMs), 2 * hourMs)).rejects.toMatchObject({
    field: "oldTokenStops",
    message: /expired on .* UTC/,
  });

  await db.prisma.apiKeySecret.updateMany({
    where: { expiresAt: null },
    data: { expiresAt: ctx.now, endReason: "exposed" },
  });
  await db.prisma.apiKey.updateMany({ data: { exposedAt: ctx.now } });
  await expect(regenerate(after(hourMs))).rejects.toMatchObject({
    field: "oldTokenStops",
    message: /reported as found/,
  });
  const safe = await regenerate(null);
  expect((await db.prisma.apiKey.findFirst())?.exposedAt).toBeNull();
  expect([await outcome(token, 0), await outcome(safe.token, 0)]).toEqual(["exposed_token", "admitted"]);
});

test("regenerating keeps id, name, assignment, limits, addresses, counters and history", async () => {
  await setApiKeyLimits(ctx, { id: key.id, limits: [{ kind: "rate", per: "minute", max: 60 }] });
  await db.prisma.apiKey.updateMany({ data: { allowedAddresses: ["203.0.113.0/24"], lastUsedAt: ctx.now } });
  const before = await db.prisma.apiKey.findFirstOrThrow({ include: { counter: true, chatflows: true } });
  const { token } = await regenerate(after(hourMs), 60_000);
  const kept = await db.prisma.apiKey.findFirstOrThrow({ include: { counter: true, chatflows: true } });
  expect(kept).toEqual({ ...before, lastFour: token.slice(-4) });
  expect(await db.prisma.auditEvent.count({ where: { targetId: key.id } })).toBe(3);
});

test("“Stop old token now” ends the old one at once, on every clock, and only that; again it changes nothing", async () => {
  const { token } = await regenerate(after(hourMs));
  const stopped = await stopOldToken(ctx, { id: key.id });
  expect(stopped).toEqual({ id: key.id, name: key.name, stopped: key.token.slice(-4), source: null });
  expect([await outcome(key.token, -hourMs), await outcome(token, 0)]).toEqual(["retired_token", "admitted"]);
  expect(await db.prisma.apiKeySecret.findFirst({ where: { endReason: "stopped" } })).toMatchObject({
    lastFour: key.token.slice(-4),
  });
  expect(await latestDetail()).toMatchObject({
    before: { oldTokenStops: after(hourMs).toISOString() },
    after: { oldTokenStops: null },
  });
  const before = await keyState(db);
  expect((await stopOldToken(ctx, { id: key.id })).stopped).toBeNull();
  expect(await keyState(db)).toBe(before);
});

test("an overlap that is over by itself is not ended a second time", async () => {
  const renewed = await regenerate(after(hourMs));
  const later = { ...ctx, now: after(2 * hourMs) };
  expect((await stopOldToken(later, { id: key.id })).stopped).toBeNull();
  await regenerateApiKey(later, { id: key.id });
  const secrets = await db.prisma.apiKeySecret.findMany({ orderBy: { createdAt: "asc" } });
  expect(secrets.map(({ expiresAt, endReason }) => [expiresAt, endReason])).toEqual([
    [after(hourMs), null],
    [after(2 * hourMs), "regenerated"],
    [null, null],
  ]);
  expect(await outcome(renewed.token, 0)).toBe("retired_token");
});

test("the database refuses a key two live tokens, and an end without a time", async () => {
  const digest = new Uint8Array(32);
  const second = { id: key.id, apiKeyId: key.id, digest, lastFour: "0000", createdAt: ctx.now };
  await expect(db.prisma.apiKeySecret.create({ data: second })).rejects.toMatchObject({ code: "P2002" });
  const ended = db.pool.query("UPDATE api_key_secret SET end_reason = 'stopped'");
  await expect(ended).rejects.toThrow(/api_key_secret_ended/);
});
