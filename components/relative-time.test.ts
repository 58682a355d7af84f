import { expect, test } from "vitest";
import { relativeTime, timeUntil } from "./relative-time";

const now = new Date("2026-11-23T12:00:00Z");
const ago = (ms: number) => relativeTime(new Date(now.getTime() - ms), now);

test("a time reads as people say it, and becomes a date after 30 days", () => {
  const minute = 60_000;
  expect(ago(59_999)).toBe("just now");
  expect(ago(minute)).toBe("1 minute ago");
  expect(ago(59 * minute)).toBe("59 minutes ago");
  expect(ago(60 * minute)).toBe("1 hour ago");
  expect(ago(24 * 60 * minute)).toBe("yesterday");
  expect(ago(29 * 24 * 60 * minute)).toBe("29 days ago");
  expect(ago(30 * 24 * 60 * minute)).toBe("24 Oct 2026");
});

test("a clock that runs ahead does not put a key into the future", () => {
  expect(ago(-5_000)).toBe("just now");
});

test("a time to come reads as people say it, and a day that has just begun to run is still a day", () => {
  const minute = 60_000;
  const until = (ms: number) => timeUntil(new Date(now.getTime() + ms), now);
  expect(until(29_999)).toBe("in less than a minute");
  expect(until(2 * minute)).toBe("in 2 minutes");
  expect(until(23.9 * 60 * minute)).toBe("in 23 hours");
  expect(until(24 * 60 * minute)).toBe("tomorrow");
  expect(until(24 * 60 * minute - 2_000)).toBe("tomorrow");
  expect(until(6.9 * 24 * 60 * minute)).toBe("in 6 days");
  expect(until(30 * 24 * 60 * minute)).toBe("on 23 Dec 2026");
});
