import { expect, test } from "vitest";
import { type KeyState, statusOf } from "@/lib/api-keys/status";

const now = new Date("2027-01-31T18:00:00Z");
const sound: KeyState = { expiresAt: null, disabledAt: null, exposedAt: null, hasLiveToken: true };
const past = new Date("2027-01-30T09:30:00Z");

test.each<[Partial<KeyState>, string, string]>([
  [{}, "active", "Active. It never expires."],
  [{ expiresAt: new Date(now.getTime() + 1) }, "active", "Active until 31 January 2027 at 18:00 UTC."],
  [{ expiresAt: now }, "expired", "Expired on 31 January 2027 at 18:00 UTC. Its tokens are refused."],
  [{ disabledAt: past }, "disabled", "Disabled on 30 January 2027 at 09:30 UTC. Its tokens are refused."],
  [
    { exposedAt: past, hasLiveToken: false },
    "exposed",
    "Its token was reported as found on 30 January 2027 at 09:30 UTC and is refused. Regenerate the key.",
  ],
  [
    { exposedAt: past },
    "exposed",
    "Its token was reported as found on 30 January 2027 at 09:30 UTC and is refused; its old token still works. Regenerate the key.",
  ],
])("%j is %s, and says why", (state, kind, reason) => {
  expect(statusOf({ ...sound, ...state }, now)).toEqual({ kind, reason });
});

test("of several reasons the one to undo first counts: disabled, then expired, then exposed", () => {
  const all = { expiresAt: past, disabledAt: past, exposedAt: past, hasLiveToken: false };
  expect(statusOf(all, now)).toMatchObject({
    kind: "disabled",
    reason: expect.stringContaining("It also expired on 30"),
  });
  expect(statusOf({ ...all, disabledAt: null }, now).kind).toBe("expired");
  expect(statusOf({ ...all, disabledAt: null, expiresAt: null }, now).kind).toBe("exposed");
});
