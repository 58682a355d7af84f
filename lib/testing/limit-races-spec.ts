import { afterAll, beforeEach, expect, test } from "vitest";
import type { Limit } from "@/lib/api-keys/limits";
import { peekLimits } from "@/lib/api-keys/peek-limits";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { setSharing } from "@/lib/sharing/service";
import { openingQuestion } from "@/lib/testing/call";
import type { TestDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startSecondInstance } from "@/lib/testing/second-instance";

const calls = 1_000;
/** Calls under way at a time; each instance has ten connections to the database. */
const atOnce = 50;

/** What limits promise when many call at once, at two other processes; in a file of its own for each store. */
export async function specifyLimitRaces(db: TestDatabase): Promise<void> {
  const instances = await Promise.all([startSecondInstance(db.url), startSecondInstance(db.url)]);
  afterAll(() => Promise.all(instances.map((instance) => instance.stop())));

  let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
  beforeEach(async () => {
    guarded = await createGuardedChatflow(db);
  });

  async function callInstance(nth: number, token: string | null): Promise<number> {
    const { url } = instances[nth % instances.length] as (typeof instances)[number];
    const response = await fetch(`${url}/api/v1/prediction/${guarded.chatflowId}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ question: openingQuestion }),
    });
    await response.text();
    return response.status;
  }

  /** How many of the calls got which status. */
  async function callAll(calls: number, token: string | null): Promise<Record<number, number>> {
    const counts: Record<number, number> = {};
    let next = 0;
    const caller = async () => {
      while (next < calls) {
        const status = await callInstance(next++, token);
        counts[status] = (counts[status] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, caller));
    return counts;
  }

  const cases: [string, number, Limit[]][] = [
    ["one rate limit", 137, [{ kind: "rate", per: "day", max: 137 }]],
    [
      "three limits, the tightest of which counts",
      60,
      [
        { kind: "quota", per: "month", max: 500 },
        { kind: "rate", per: "day", max: 60 },
        { kind: "rate", per: "second", max: 10_000 },
      ],
    ],
    ["a quota", 211, [{ kind: "quota", per: "month", max: 211 }]],
  ];

  test.each(cases)("of a thousand calls at two instances exactly as many pass as %s allows", async (_, max, limits) => {
    await setApiKeyLimits(guarded.ctx, { id: guarded.key.id, limits });
    expect(await callAll(calls, guarded.key.token)).toEqual({ 200: max, 429: calls - max });
    expect(await db.prisma.prediction.count({ where: { credentialId: guarded.key.id } })).toBe(max);
    // What was counted is what was admitted: no more was taken from any of them.
    const left = await peekLimits(db, guarded.key.id, limits, new Date());
    const expected = limits.map((limit) => (limit.per === "second" ? limit.max : limit.max - max));
    expect(left.map(({ remaining }) => remaining)).toEqual(expected);
  });

  test("of a visitor's calls at two instances at once as many pass as the limit has room for, from the first on", async () => {
    const { ctx, chatflowId } = guarded;
    await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "public" } });
    await setSharing(ctx, { chatflowId, version: 1, sharing: { perAddressPerMinute: 20 } });
    const startedAt = performance.now();
    const { 200: passed = 0, ...others } = await callAll(200, null);
    const drained = Math.ceil(((performance.now() - startedAt) / 60_000) * 20);
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThanOrEqual(20 + drained);
    expect(others).toEqual({ 429: 200 - passed });
  });
}
