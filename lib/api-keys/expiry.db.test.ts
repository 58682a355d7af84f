import { beforeEach, expect, test } from "vitest";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { keyState } from "@/lib/testing/key-state";
import { outcomeOf } from "@/lib/testing/outcome";
import { setMaxKeyLifetime } from "@/lib/workspaces/service";

const db = await testDatabase();
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let ctx: Context;
let chatflowId: string;
let key: { id: string; name: string; token: string };
beforeEach(async () => {
  ({ ctx, chatflowId, key } = await createGuardedChatflow(db));
});

const after = (ms: number) => new Date(ctx.now.getTime() + ms);
const outcome = (token: string, atMs: number) => outcomeOf(db, { chatflowId, token }, after(atMs));
const setExpiry = (expiresAt: Date | string | null, atMs = 0) =>
  setApiKeyExpiry({ ...ctx, now: after(atMs) }, { id: key.id, expiresAt });

test("a key works until the millisecond it expires, and one made to expire alike", async () => {
  expect(await setExpiry(after(hourMs).toISOString())).toMatchObject({ id: key.id, expiresAt: after(hourMs) });
  expect([await outcome(key.token, hourMs - 1), await outcome(key.token, hourMs)]).toEqual(["admitted", "expired_key"]);
  const made = await createApiKey(ctx, { name: "Trial", chatflowId, expiresAt: after(hourMs) });
  expect([await outcome(made.token, hourMs - 1), await outcome(made.token, hourMs)]).toEqual([
    "admitted",
    "expired_key",
  ]);
});

test("a later expiry, or none, brings an expired key back; the same again is no change", async () => {
  await setExpiry(after(hourMs));
  await setExpiry(after(3 * hourMs), 2 * hourMs);
  expect(await outcome(key.token, 2 * hourMs)).toBe("admitted");
  await setExpiry(null, 4 * hourMs);
  expect(await outcome(key.token, 4 * hourMs)).toBe("admitted");
  const before = await keyState(db);
  await setExpiry(null);
  expect(await keyState(db)).toBe(before);
  const { detail } = await db.prisma.auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } });
  expect(detail).toEqual({
    before: { expiresAt: after(3 * hourMs).toISOString(), oldTokenStops: null },
    after: { expiresAt: null, oldTokenStops: null },
  });
});

test("of two who change it, the later one undoes nothing that they have not seen", async () => {
  const { id } = key;
  await setApiKeyExpiry(ctx, { id, expiresAt: after(dayMs), seen: null });
  const before = await keyState(db);
  const conflict = { code: "conflict", message: expect.stringMatching(/meanwhile.*Load the page again/) };
  await expect(setApiKeyExpiry(ctx, { id, expiresAt: after(2 * dayMs), seen: null })).rejects.toMatchObject(conflict);
  await expect(setApiKeyExpiry(ctx, { id, expiresAt: null, seen: after(2 * dayMs) })).rejects.toMatchObject(conflict);
  expect(await keyState(db)).toBe(before);
  // Who wants what is there already is told nothing of it, and who has seen it may change it.
  await setApiKeyExpiry(ctx, { id, expiresAt: after(dayMs), seen: null });
  await setApiKeyExpiry(ctx, { id, expiresAt: null, seen: after(dayMs) });
});

test("an expiry that has passed, is absurd or is no time is refused beside the field, here and at creation", async () => {
  const before = await keyState(db);
  const refusals: [Date | string, RegExp][] = [
    [after(0), /has passed.*disable it/],
    [after(-dayMs), /has passed/],
    [after(3654 * dayMs), /more than ten years away/],
    ["31.01.2027", /not a date or time/],
    ["2027-02-30", /not a date or time/],
    ["+275761-01-01T00:00:00Z", /not a date or time/],
  ];
  for (const [expiresAt, message] of refusals) {
    const expected = { code: "invalid_input", field: "expiresAt", message: expect.stringMatching(message) };
    await expect(setExpiry(expiresAt)).rejects.toMatchObject(expected);
    await expect(createApiKey(ctx, { name: "Trial", expiresAt })).rejects.toMatchObject(expected);
  }
  expect(await keyState(db)).toBe(before);
});

test("a date alone is its beginning in UTC, and a time counts in the zone it names", async () => {
  const year = ctx.now.getUTCFullYear() + 1;
  expect((await setExpiry(`${year}-03-01`)).expiresAt).toEqual(new Date(Date.UTC(year, 2, 1)));
  expect((await setExpiry(`${year}-03-01T18:00+02:00`)).expiresAt).toEqual(new Date(Date.UTC(year, 2, 1, 16)));
});

test("the workspace's longest lifetime holds at creation and later, and then a key cannot live for ever", async () => {
  await setMaxKeyLifetime(ctx, { days: 30 });
  const before = await keyState(db);
  for (const [expiresAt, message] of [
    [null, /at most 30 days\. Choose when/],
    [after(31 * dayMs), /at most 30 days\. Choose an earlier time/],
  ] as const) {
    const expected = { code: "invalid_input", field: "expiresAt", message: expect.stringMatching(message) };
    await expect(createApiKey(ctx, { name: "Trial", expiresAt })).rejects.toMatchObject(expected);
    if (expiresAt) await expect(setExpiry(expiresAt)).rejects.toMatchObject(expected);
  }
  expect(await keyState(db)).toBe(before);
  await setExpiry(after(30 * dayMs));
  await expect(setExpiry(null)).rejects.toMatchObject({ code: "invalid_input", field: "expiresAt" });
  await createApiKey(ctx, { name: "Trial", expiresAt: after(30 * dayMs) });
});

test("a shorter expiry takes a running overlap along for good; a longer one leaves it as it is", async () => {
  const { token } = await regenerateApiKey(ctx, { id: key.id, oldTokenStops: after(4 * hourMs) });
  expect((await setExpiry(after(8 * hourMs))).oldTokenStops).toEqual(after(4 * hourMs));
  expect((await setExpiry(after(2 * hourMs))).oldTokenStops).toEqual(after(2 * hourMs));
  expect((await setExpiry(null)).oldTokenStops).toEqual(after(2 * hourMs));
  expect([await outcome(key.token, 2 * hourMs), await outcome(token, 2 * hourMs)]).toEqual([
    "retired_token",
    "admitted",
  ]);
});
