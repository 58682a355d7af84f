import { expect, test } from "vitest";
import { objectionToExpiry, objectionToOverlap, stopsAtOnce } from "@/lib/api-keys/times";

const now = new Date("2027-01-31T18:00:00Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

test("a lifetime chosen in a browser whose clock or summer time is up to an hour off is not refused", () => {
  expect(objectionToExpiry(after(90 * dayMs + hourMs), now, 90)).toBeNull();
  expect(objectionToExpiry(after(90 * dayMs + hourMs + 1), now, 90)).toMatch(/at most 90 days/);
  expect(objectionToExpiry(after(dayMs + hourMs + 1), now, 1)).toMatch(/at most 1 day\./);
});

test("ten years are the longest that a key lives, unless it lives for ever", () => {
  expect(objectionToExpiry(new Date("2037-01-31T18:00:00Z"), now, null)).toBeNull();
  expect(objectionToExpiry(new Date("2037-02-02T18:00:00Z"), now, null)).toMatch(/ten years/);
  expect(objectionToExpiry(null, now, null)).toBeNull();
});

test("an old token stops at once without a time, or with one of this minute", () => {
  expect([null, now, after(-59_999)].map((stops) => stopsAtOnce(stops, now))).toEqual([true, true, true]);
  expect([after(1), after(-60_000)].map((stops) => stopsAtOnce(stops, now))).toEqual([false, false]);
});

test("an old token may work as long as its key, a year at most", () => {
  const key = { expiresAt: after(dayMs), disabledAt: null, hasLiveToken: true };
  expect(objectionToOverlap(after(dayMs), now, key)).toBeNull();
  expect(objectionToOverlap(after(dayMs + 1), now, key)).toMatch(/expires on 1 February 2027 at 18:00 UTC/);
  expect(objectionToOverlap(after(365 * dayMs + 1), now, { ...key, expiresAt: null })).toMatch(/365 days/);
});
