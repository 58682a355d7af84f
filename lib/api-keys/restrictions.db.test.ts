import { beforeEach, expect, test } from "vitest";
import type { Limit } from "@/lib/api-keys/limits";
import { setAllowedAddresses, setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { keyState } from "@/lib/testing/key-state";
import { outcomeOf } from "@/lib/testing/outcome";

const db = await testDatabase();
const perMinute: Limit = { kind: "rate", per: "minute", max: 1 };

let ctx: Context;
let chatflowId: string;
let key: { id: string; name: string; token: string };
beforeEach(async () => {
  ({ ctx, chatflowId, key } = await createGuardedChatflow(db));
});

const latestEvent = () => db.prisma.auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } });
const outcome = (token = key.token) => outcomeOf(db, { chatflowId, token }, ctx.now);
const calledFrom = (address?: string) =>
  outcomeOf(db, { chatflowId, token: key.token, ...(address !== undefined && { address }) }, ctx.now);

test("limits count from the first call on, also on a key made with them; without any, nothing is counted", async () => {
  const made = await createApiKey(ctx, { name: "Limited", chatflowId, limits: [perMinute] });
  expect([await outcome(made.token), await outcome(made.token)]).toEqual(["admitted", "limit_reached"]);
  await setApiKeyLimits(ctx, { id: made.id, limits: [] });
  expect([await outcome(made.token), await outcome(made.token)]).toEqual(["admitted", "admitted"]);
  expect(await db.prisma.apiKeyCounter.count()).toBe(1);
});

test("changing limits hands out no new budget, nor does taking them away and setting them again", async () => {
  const quota: Limit = { kind: "quota", per: "month", max: 2 };
  await setApiKeyLimits(ctx, { id: key.id, limits: [quota] });
  expect([await outcome(), await outcome(), await outcome()]).toEqual(["admitted", "admitted", "limit_reached"]);
  await setApiKeyLimits(ctx, { id: key.id, limits: [] });
  await setApiKeyLimits(ctx, { id: key.id, limits: [quota] });
  expect(await outcome()).toBe("limit_reached");
  await setApiKeyLimits(ctx, { id: key.id, limits: [{ ...quota, max: 3 }] });
  expect([await outcome(), await outcome()]).toEqual(["admitted", "limit_reached"]);
});

test.each<[Limit[], string, RegExp]>([
  [[{ kind: "rate", per: "minute", max: 0 }], "limits.0.max", /at least 1 call/],
  [[perMinute, { kind: "quota", per: "day", max: -5 }], "limits.1.max", /at least 1 call/],
  [[{ kind: "rate", per: "minute", max: 1.5 }], "limits.0.max", /whole number/],
  [[{ kind: "rate", per: "minute", max: 1e12 }], "limits.0.max", /at most/],
  [[perMinute, perMinute], "limits.1.per", /already a rate limit per minute/],
])("the limits %j are refused beside the field, here and at creation", async (limits, field, message) => {
  const before = await keyState(db);
  const expected = { code: "invalid_input", field, message: expect.stringMatching(message) };
  await expect(setApiKeyLimits(ctx, { id: key.id, limits })).rejects.toMatchObject(expected);
  await expect(createApiKey(ctx, { name: "Limited", limits })).rejects.toMatchObject(expected);
  expect(await keyState(db)).toBe(before);
});

test("of two who change the same, the later one undoes nothing that they have not seen", async () => {
  const { id } = key;
  const stricter: Limit[] = [{ ...perMinute, max: 5 }];
  await setApiKeyLimits(ctx, { id, limits: stricter, seen: [] });
  await setAllowedAddresses(ctx, { id, allowedAddresses: ["192.0.2.0/24"], seen: [] });
  const before = await keyState(db);
  const conflict = { code: "conflict", message: expect.stringMatching(/meanwhile.*Load the page again/) };
  await expect(setApiKeyLimits(ctx, { id, limits: [perMinute], seen: [] })).rejects.toMatchObject(conflict);
  const wider = { id, allowedAddresses: ["192.0.2.0/24", "203.0.113.0/24"] };
  await expect(setAllowedAddresses(ctx, { ...wider, seen: ["203.0.113.0/24"] })).rejects.toMatchObject(conflict);
  expect(await keyState(db)).toBe(before);
  // Who wants what is there already is told nothing of it, and who has seen it may change it.
  await setApiKeyLimits(ctx, { id, limits: stricter, seen: [] });
  await setApiKeyLimits(ctx, { id, limits: [perMinute], seen: stricter });
  await setAllowedAddresses(ctx, { ...wider, seen: ["192.0.2.0/24"] });
  expect(await db.prisma.apiKey.findFirst()).toMatchObject({ limits: [perMinute], ...wider });
});

test("a key with addresses is used from there alone, and from nowhere that is not known", async () => {
  const given = ["198.51.100.7/24", "2001:DB8::1"];
  expect(await setAllowedAddresses(ctx, { id: key.id, allowedAddresses: given })).toEqual({
    id: key.id,
    name: key.name,
    allowedAddresses: ["198.51.100.0/24", "2001:db8::1/128"],
  });
  expect([await calledFrom("198.51.100.250"), await calledFrom("2001:db8::1")]).toEqual(["admitted", "admitted"]);
  for (const elsewhere of ["198.51.101.1", "2001:db8::2", undefined]) {
    expect(await calledFrom(elsewhere)).toBe("address_not_allowed");
  }
  await setAllowedAddresses(ctx, { id: key.id, allowedAddresses: [] });
  expect(await calledFrom("203.0.113.1")).toBe("admitted");
});

test("a bad address is refused with a sentence that quotes it and a field that points at it, here and at creation", async () => {
  const before = await keyState(db);
  const allowedAddresses = ["198.51.100.7", "2001:db8::/32", "10.0.0.0/8", "10.0.0.0/33"];
  const expected = {
    code: "invalid_input",
    field: "allowedAddresses.3",
    message: expect.stringContaining("“10.0.0.0/33” is not an IP address or network"),
  };
  await expect(setAllowedAddresses(ctx, { id: key.id, allowedAddresses })).rejects.toMatchObject(expected);
  await expect(createApiKey(ctx, { name: "Fenced", allowedAddresses })).rejects.toMatchObject(expected);
  const many = Array.from({ length: 101 }, (_, n) => `10.0.0.${n}`);
  await expect(setAllowedAddresses(ctx, { id: key.id, allowedAddresses: many })).rejects.toMatchObject({
    field: "allowedAddresses",
    message: /at most 100/,
  });
  expect(await keyState(db)).toBe(before);
});

test("each change is on record with before and after, and the same again is none", async () => {
  await setApiKeyLimits(ctx, { id: key.id, limits: [perMinute] });
  expect(await latestEvent()).toMatchObject({
    action: "api_key.limits_changed",
    targetId: key.id,
    detail: { before: { limits: [] }, after: { limits: [perMinute] } },
  });
  await setAllowedAddresses(ctx, { id: key.id, allowedAddresses: ["10.0.0.1"] });
  expect(await latestEvent()).toMatchObject({
    action: "api_key.addresses_changed",
    detail: { before: { allowedAddresses: [] }, after: { allowedAddresses: ["10.0.0.1/32"] } },
  });
  const before = await keyState(db);
  await setApiKeyLimits(ctx, { id: key.id, limits: [perMinute] });
  await setAllowedAddresses(ctx, { id: key.id, allowedAddresses: ["10.0.0.1/32"] });
  expect(await keyState(db)).toBe(before);
});
