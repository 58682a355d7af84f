import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Limit, LimitState } from "@/lib/api-keys/limits";
import { peekLimits } from "@/lib/api-keys/peek-limits";
import { RefusedCall } from "@/lib/api-keys/refusals";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken, type Token } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { setSharing } from "@/lib/sharing/service";
import type { TestDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";
import { LimitModel } from "@/lib/testing/limit-model";

const engine = { kind: "knowledge", memoryTurns: 0 } as const;
const start = Date.UTC(2028, 1, 28, 23, 59, 0);
const minute = 60_000;
const day = 86_400_000;

const rate = (max: number, per: "second" | "minute" | "hour" | "day"): Limit => ({ kind: "rate", per, max });
const quota = (max: number, per: "day" | "month"): Limit => ({ kind: "quota", per, max });

interface Outcome {
  reason: string | null;
  limits: LimitState[];
}

/** What limits promise, wherever their counters are kept: the tests of both stores. */
export function specifyLimits(db: TestDatabase): void {
  let ctx: Context;
  let chatflowId: string;
  let key: { id: string; token: string };

  const newKey = async () => {
    key = await createApiKey(ctx, { name: `Limited ${crypto.randomUUID()}`, chatflowId });
  };

  beforeEach(async () => {
    ctx = await operatorContext(db);
    chatflowId = (await createChatflow(ctx, { name: "Support", engine })).id;
    await newKey();
  });

  const limitTo = (...limits: Limit[]) => setApiKeyLimits(ctx, { id: key.id, limits });

  /** One call, so many milliseconds after the start. */
  async function call(afterMs: number, changes: Partial<Parameters<typeof verifyCall>[1]> = {}): Promise<Outcome> {
    const given = { chatflowId, token: key.token as Token, sessionId: null, address: "192.0.2.1", ...changes };
    try {
      return { reason: null, limits: (await verifyCall(db, given, new Date(start + afterMs))).limits };
    } catch (error) {
      if (!(error instanceof RefusedCall)) throw error;
      return { reason: error.reason, limits: error.limits };
    }
  }

  const admits = async (afterMs: number) => (await call(afterMs)).reason === null;

  async function admittedOf(calls: number, afterMs: number): Promise<number> {
    let count = 0;
    for (let n = 0; n < calls; n++) if (await admits(afterMs)) count++;
    return count;
  }

  async function peek(afterMs: number): Promise<LimitState[]> {
    const { limits } = await db.prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } });
    return await peekLimits(db, key.id, limits as Limit[], new Date(start + afterMs));
  }

  describe("a rate", () => {
    test.each([1, 3, 7, 60])(
      "of %i a minute admits that many at once, not one more, and the next when it says",
      async (max) => {
        await limitTo(rate(max, "minute"));
        expect(await admittedOf(max, 0)).toBe(max);
        const waitMs = Math.ceil(minute / max);
        expect(await call(0)).toEqual({
          reason: "limit_reached",
          limits: [{ ...rate(max, "minute"), windowMs: minute, remaining: 0, resetMs: minute, waitMs }],
        });
        expect(await admits(waitMs - 1)).toBe(false);
        expect(await admittedOf(2, waitMs)).toBe(1);
      },
    );

    test("gives room back evenly over its window, and no more than all of it", async () => {
      await limitTo(rate(10, "hour"));
      expect(await admittedOf(11, 0)).toBe(10);
      for (let tenth = 1; tenth <= 10; tenth++) expect(await admittedOf(2, tenth * 6 * minute)).toBe(1);
      expect(await admittedOf(11, 60 * minute + 30 * minute)).toBe(5);
      expect(await admittedOf(11, 100 * day)).toBe(10);
    });

    test.each([
      ["second", 3, 1_000],
      ["minute", 7, minute],
      ["hour", 11, 60 * minute],
      ["day", 13, day],
    ] as const)(
      "per %s of %i never refuses a steady client at exactly that rate, jitter and all",
      async (per, max, windowMs) => {
        await limitTo(rate(max, per));
        for (let n = 0; n < max * 8; n++) {
          const jitter = [0, 0.45, -0.45, 0.2, -0.3][n % 5] as number;
          expect(await admits(windowMs + ((n + jitter) * windowMs) / max)).toBe(true);
        }
      },
    );

    test("of one a second never refuses a client that calls once a second", async () => {
      await limitTo(rate(1, "second"));
      for (let n = 0; n < 30; n++) expect(await admits(n * 1_000)).toBe(true);
    });

    test("is whole again for a client that is slow and steady, however long it goes on", async () => {
      await limitTo(rate(2, "minute"));
      for (let n = 0; n < 40; n++) {
        expect(await call(n * 61_000)).toMatchObject({ reason: null, limits: [{ remaining: 1, resetMs: 30_000 }] });
      }
    });

    test("of the largest amount is counted exactly", async () => {
      await limitTo(rate(10_000_000, "day"), rate(10_000_000, "second"));
      for (let n = 1; n <= 5; n++) {
        expect((await call(0)).limits.map(({ remaining }) => remaining)).toEqual([10_000_000 - n, 10_000_000 - n]);
      }
      // 8.64 ms a call.
      expect((await peek(8)).map(({ remaining }) => remaining)).toEqual([9_999_995, 10_000_000]);
      expect((await peek(9)).map(({ remaining }) => remaining)).toEqual([9_999_996, 10_000_000]);
      expect((await peek(43)).map(({ remaining, resetMs }) => [remaining, resetMs])).toEqual([
        [9_999_999, 1],
        [10_000_000, 0],
      ]);
    });
  });

  describe("a quota", () => {
    test("turns over at midnight UTC, and with the month, in a leap year too", async () => {
      await limitTo(quota(2, "day"), quota(4, "month"));
      expect(await admittedOf(2, 0)).toBe(2);
      const { reason, limits } = await call(0);
      expect(reason).toBe("limit_reached");
      expect(limits[0]).toMatchObject({ remaining: 0, waitMs: minute, resetMs: minute, windowMs: day });
      expect(limits[1]).toMatchObject({ remaining: 2, waitMs: 0, resetMs: day + minute, windowMs: 29 * day });
      expect(await admits(minute - 1)).toBe(false);
      // The 29th of February: another day of the same month.
      expect(await admittedOf(3, minute)).toBe(2);
      expect((await peek(minute)).map(({ waitMs }) => waitMs)).toEqual([day, day]);
      // The 1st of March.
      expect(await admittedOf(3, minute + day)).toBe(2);
    });

    test("turns over with the year", async () => {
      const december = Date.UTC(2028, 11, 31, 23, 59, 59, 999) - start;
      await limitTo(quota(3, "day"), quota(3, "month"));
      expect(await admittedOf(4, december)).toBe(3);
      expect((await peek(december)).map(({ windowMs, waitMs }) => [windowMs, waitMs])).toEqual([
        [day, 1],
        [31 * day, 1],
      ]);
      expect(await admittedOf(4, december + 1)).toBe(3);
    });

    test("of yesterday is not given back by an instance whose clock is behind", async () => {
      await limitTo(quota(2, "day"));
      expect(await admittedOf(1, minute)).toBe(1);
      expect(await call(0)).toMatchObject({ reason: null, limits: [{ remaining: 0, resetMs: day + minute }] });
      expect(await call(0)).toMatchObject({ reason: "limit_reached", limits: [{ waitMs: day + minute }] });
      expect(await admits(minute)).toBe(false);
    });
  });

  describe("several limits", () => {
    test("a call that one of them refuses counts in none", async () => {
      await limitTo(quota(100, "month"), rate(2, "second"), rate(50, "day"));
      expect(await admittedOf(20, 0)).toBe(2);
      expect((await peek(0)).map(({ remaining }) => remaining)).toEqual([98, 0, 48]);
      expect(await admittedOf(20, 1_000)).toBe(2);
      expect((await peek(1_000)).map(({ remaining }) => remaining)).toEqual([96, 0, 46]);
    });

    test("the order they stand in makes no difference", async () => {
      await limitTo(rate(2, "second"), quota(3, "day"));
      expect(await admittedOf(5, 0)).toBe(2);
      await limitTo(quota(3, "day"), rate(2, "second"));
      expect(await admittedOf(5, 1_000)).toBe(1);
    });
  });

  describe("an operator's change", () => {
    test("a lowered rate forgives what was allowed before, and a raised one has room at once", async () => {
      await limitTo(rate(60, "minute"));
      expect(await admittedOf(60, 0)).toBe(60);
      await limitTo(rate(2, "minute"));
      expect(await call(0)).toMatchObject({ reason: "limit_reached", limits: [{ waitMs: 30_000 }] });
      await limitTo(rate(65, "minute"));
      expect(await admittedOf(10, 0)).toBe(5);
    });

    test("a quota lowered below what was used waits for its end, and a raised one has the difference", async () => {
      await limitTo(quota(5, "day"));
      expect(await admittedOf(5, 0)).toBe(5);
      await limitTo(quota(3, "day"));
      expect(await call(0)).toMatchObject({ reason: "limit_reached", limits: [{ remaining: 0, waitMs: minute }] });
      await limitTo(quota(8, "day"));
      expect(await admittedOf(10, 0)).toBe(3);
    });

    test("a limit that was taken away and given back hands out no new budget", async () => {
      await limitTo(quota(3, "month"), rate(100, "second"));
      expect(await admittedOf(2, 0)).toBe(2);
      await limitTo(rate(100, "second"));
      expect(await admittedOf(2, 0)).toBe(2);
      await limitTo();
      expect(await admittedOf(2, 0)).toBe(2);
      await limitTo(quota(3, "month"));
      expect(await admittedOf(2, 0)).toBe(1);
    });
  });

  test("a clock that runs backwards gives nothing back, and what it says to wait is enough", async () => {
    await limitTo(rate(4, "minute"));
    expect(await admittedOf(3, 10_000)).toBe(3);
    expect(await call(5_000)).toMatchObject({ reason: null, limits: [{ remaining: 0, resetMs: 65_000 }] });
    const { reason, limits } = await call(4_000);
    expect(reason).toBe("limit_reached");
    expect(limits).toMatchObject([{ waitMs: 21_000, resetMs: 66_000 }]);
    expect(await admits(4_000 + 20_999)).toBe(false);
    expect(await admits(4_000 + 21_000)).toBe(true);
  });

  test("looking takes nothing, and tells what a call would", async () => {
    await limitTo(rate(5, "hour"), quota(2, "day"));
    for (let n = 0; n < 3; n++) {
      expect(await peek(0)).toMatchObject([
        { remaining: 5, resetMs: 0, waitMs: 0 },
        { remaining: 2, resetMs: minute, waitMs: 0 },
      ]);
    }
    await call(0);
    expect(await peek(0)).toMatchObject([
      { remaining: 4, resetMs: 12 * minute, waitMs: 0 },
      { remaining: 1, resetMs: minute, waitMs: 0 },
    ]);
    expect(await peek(6 * minute)).toMatchObject([
      { remaining: 4, resetMs: 6 * minute, waitMs: 0 },
      { remaining: 2, resetMs: day - 5 * minute, waitMs: 0 },
    ]);
  });

  test("a call refused for whatever other reason uses nothing, and is not told what is left", async () => {
    await limitTo(rate(3, "hour"), quota(3, "month"));
    const other = await createChatflow(ctx, { name: "Other", engine });
    await createApiKey(ctx, { name: "Of the other", chatflowId: other.id });
    const data = { allowedAddresses: ["192.0.2.0/24"] };
    await db.prisma.apiKey.update({ where: { id: key.id }, data });
    for (let n = 0; n < 5; n++) {
      expect(await call(0, { chatflowId: other.id })).toEqual({ reason: "other_key", limits: [] });
      expect(await call(0, { chatflowId: crypto.randomUUID() })).toEqual({ reason: "unknown_chatflow", limits: [] });
      expect(await call(0, { address: "198.51.100.1" })).toEqual({ reason: "address_not_allowed", limits: [] });
      expect(await call(0, { token: generateToken() })).toEqual({ reason: "unknown_token", limits: [] });
    }
    await db.prisma.apiKey.update({ where: { id: key.id }, data: { disabledAt: new Date() } });
    expect(await call(0)).toEqual({ reason: "disabled_key", limits: [] });
    expect((await peek(0)).map(({ remaining }) => remaining)).toEqual([3, 3]);
  });

  test("whatever limits and clocks do, it admits what a simple model admits", async () => {
    const limitsArbitrary = fc.uniqueArray(
      fc.oneof(
        fc.record({
          kind: fc.constant("rate" as const),
          per: fc.constantFrom("second", "minute", "hour", "day" as const),
          max: fc.integer({ min: 1, max: 9 }),
        }),
        fc.record({
          kind: fc.constant("quota" as const),
          per: fc.constantFrom("day", "month" as const),
          max: fc.integer({ min: 1, max: 12 }),
        }),
      ),
      { minLength: 1, maxLength: 4, selector: ({ kind, per }) => `${kind} ${per}` },
    );
    const steps = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
        { weight: 3, arbitrary: fc.integer({ min: -3_000, max: 20_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * day }) },
      ),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(limitsArbitrary, steps, async (limits, moves) => {
        await newKey();
        await limitTo(...(limits as Limit[]));
        const model = new LimitModel(limits as Limit[]);
        let afterMs = 0;
        for (const move of moves) {
          afterMs += move;
          const expected = model.take(start + afterMs);
          const { reason, limits: states } = await call(afterMs);
          expect({ admitted: reason === null, remaining: states.map(({ remaining }) => remaining) }).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  describe("visitors of a public chatflow", () => {
    let open: { chatflowId: string; token: null };
    const share = (perAddressPerMinute: number | null, version = 1) =>
      setSharing(ctx, { chatflowId: open.chatflowId, version, sharing: { perAddressPerMinute } });

    beforeEach(async () => {
      const { id } = await createChatflow(ctx, { name: "Public", engine });
      await setChatflowAccess(ctx, { id, access: { kind: "public" } });
      open = { chatflowId: id, token: null };
    });

    const visits = async (calls: number, address: string | null, afterMs = 0) => {
      const outcomes: (string | null)[] = [];
      for (let n = 0; n < calls; n++) outcomes.push((await call(afterMs, { ...open, address })).reason);
      return outcomes.filter((reason) => reason === null).length;
    };

    test("may call 30 times a minute if nobody said otherwise, each address by itself, and are told when again", async () => {
      expect(await visits(31, "192.0.2.1")).toBe(30);
      expect(await call(0, open)).toEqual({
        reason: "visitor_limit_reached",
        limits: [{ ...rate(30, "minute"), windowMs: minute, remaining: 0, resetMs: minute, waitMs: 2_000 }],
      });
      expect(await visits(2, "192.0.2.2")).toBe(2);
      expect(await visits(2, "192.0.2.1", 2_000)).toBe(1);
    });

    test("count by /64 in IPv6, an IPv4 address within IPv6 as itself, and all of unknown address as one", async () => {
      await share(2);
      expect(await visits(2, "2001:db8:1:2::1")).toBe(2);
      expect(await visits(1, "2001:db8:1:2:ffff::9")).toBe(0);
      expect(await visits(1, "2001:db8:1:3::1")).toBe(1);
      expect(await visits(3, "192.0.2.9")).toBe(2);
      expect(await visits(1, "::ffff:192.0.2.9")).toBe(0);
      expect(await visits(3, null)).toBe(2);
    });

    test("are held to the limit as it is at the call, on that chatflow alone", async () => {
      await share(1);
      expect(await visits(2, "192.0.2.1")).toBe(1);
      await share(null, 2);
      expect(await visits(40, "192.0.2.1")).toBe(40);
      await share(1, 3);
      expect(await visits(1, "192.0.2.1")).toBe(0);
      const { id } = await createChatflow(ctx, { name: "Second", engine });
      await setChatflowAccess(ctx, { id, access: { kind: "public" } });
      expect((await call(0, { ...open, chatflowId: id })).reason).toBeNull();
    });

    test("who show a token are held to its key's limits instead, and what is not counted uses nothing up", async () => {
      await share(1);
      expect(await visits(2, "192.0.2.1")).toBe(1);
      await limitTo(rate(3, "minute"));
      const withToken = { chatflowId: open.chatflowId };
      const outcomes = [];
      for (let n = 0; n < 4; n++) outcomes.push((await call(0, withToken)).reason);
      expect(outcomes).toEqual([null, null, null, "limit_reached"]);
      for (const uncounted of [
        { ...open, counts: false },
        { ...withToken, counts: false },
      ]) {
        expect((await call(0, uncounted)).reason).toBeNull();
      }
      expect(await visits(1, "192.0.2.1", minute - 1)).toBe(0);
    });
  });
}
