import { expect, test } from "vitest";
import { oldTokenUse } from "@/lib/api-keys/old-token";

const now = new Date("2026-11-26T12:00:00Z");
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const live = { createdAt: ago(48), lastUsedAt: null };

test.each([
  ["never used", null, "replaced"],
  ["used before the new one was made", ago(49), "replaced"],
  ["used after it, but not for a day", ago(25), "quiet"],
  ["used within the last day", ago(23), "in-use"],
] as const)("an old token that was %s", (_, lastUsedAt, expected) => {
  expect(oldTokenUse({ createdAt: ago(100), lastUsedAt }, live, now)).toBe(expected);
});

test("without a live token only its own calls tell", () => {
  expect(oldTokenUse({ createdAt: ago(100), lastUsedAt: ago(49) }, null, now)).toBe("quiet");
});
