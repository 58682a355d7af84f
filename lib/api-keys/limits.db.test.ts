import { beforeEach, expect, test } from "vitest";
import type { Admission, Limit } from "@/lib/api-keys/limits";
import { peekLimits } from "@/lib/api-keys/peek-limits";
import { createApiKey } from "@/lib/api-keys/service";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const start = Date.UTC(2028, 1, 28, 23, 59, 0);
let keyId: string;

beforeEach(async () => {
  keyId = (await createApiKey(await operatorContext(db), { name: "Limited" })).id;
  await db.prisma.apiKeyCounter.upsert({ where: { apiKeyId: keyId }, create: { apiKeyId: keyId }, update: {} });
});

/** Takes one call at a moment, in milliseconds after the start. */
async function take(limits: Limit[], afterMs: number): Promise<Admission> {
  const now = new Date(start + afterMs);
  const { rows } = await db.pool.query<{ admission: Admission }>(
    "SELECT admit_call($1, $2::jsonb, $3, true) AS admission",
    [keyId, JSON.stringify(limits), now],
  );
  return rows[0]?.admission as Admission;
}

async function admitted(limits: Limit[], afterMs: number): Promise<boolean> {
  return (await take(limits, afterMs)).admitted;
}

test.each([1, 3, 7, 60])("a rate of %i a minute admits that many at once and not one more", async (max) => {
  const limits: Limit[] = [{ kind: "rate", per: "minute", max }];
  for (let n = 0; n < max; n++) expect(await admitted(limits, 0)).toBe(true);
  const refused = await take(limits, 0);
  expect(refused).toMatchObject({ admitted: false, limits: [{ remaining: 0, waitMs: Math.ceil(60_000 / max) }] });
  // The moment it names is the first with room, and there is room for one.
  expect(await admitted(limits, Math.ceil(60_000 / max) - 1)).toBe(false);
  expect(await admitted(limits, Math.ceil(60_000 / max))).toBe(true);
  expect(await admitted(limits, Math.ceil(60_000 / max))).toBe(false);
});

test.each([
  ["second", 3, 1_000],
  ["minute", 7, 60_000],
  ["hour", 11, 3_600_000],
] as const)(
  "a steady client at exactly its rate per %s is never refused, jitter and all",
  async (per, max, windowMs) => {
    const limits: Limit[] = [{ kind: "rate", per, max }];
    for (let n = 0; n < max * 6; n++) {
      const jitter = [0, 0.4, -0.4, 0.2][n % 4] as number;
      expect(await admitted(limits, windowMs + ((n + jitter) * windowMs) / max)).toBe(true);
    }
  },
);

test("a call that one limit refuses counts in none", async () => {
  const limits: Limit[] = [
    { kind: "quota", per: "month", max: 100 },
    { kind: "rate", per: "second", max: 2 },
    { kind: "rate", per: "day", max: 50 },
  ];
  for (let n = 0; n < 20; n++) await take(limits, 0);
  const left = await peekLimits(db, keyId, limits, new Date(start));
  expect(left.map(({ remaining }) => remaining)).toEqual([98, 0, 48]);
});

test("a quota turns over at midnight UTC, and with the month, in a leap year too", async () => {
  const limits: Limit[] = [
    { kind: "quota", per: "day", max: 2 },
    { kind: "quota", per: "month", max: 4 },
  ];
  expect(await admitted(limits, 0)).toBe(true);
  expect(await admitted(limits, 0)).toBe(true);
  const refused = await take(limits, 0);
  expect(refused.admitted).toBe(false);
  expect(refused.limits[0]).toMatchObject({ remaining: 0, waitMs: 60_000, windowMs: 86_400_000 });
  expect(refused.limits[1]).toMatchObject({ remaining: 2, waitMs: 0, windowMs: 29 * 86_400_000 });
  expect(await admitted(limits, 59_999)).toBe(false);
  // The 29th of February: another day of the same month.
  expect(await admitted(limits, 60_000)).toBe(true);
  // An instance whose clock is behind does not get yesterday's quota back.
  expect((await take(limits, 59_000)).limits[0]).toMatchObject({ remaining: 0 });
  expect((await take(limits, 60_000)).limits.map(({ waitMs }) => waitMs)).toEqual([86_400_000, 86_400_000]);
  // The 1st of March.
  expect(await admitted(limits, 60_000 + 86_400_000)).toBe(true);
});

test("a limit that is lowered forgives what was allowed before, and a raised one has room at once", async () => {
  const per = "minute" as const;
  for (let n = 0; n < 60; n++) await take([{ kind: "rate", per, max: 60 }], 0);
  expect(await take([{ kind: "rate", per, max: 1 }], 0)).toMatchObject({
    admitted: false,
    limits: [{ waitMs: 60_000 }],
  });
  expect(await admitted([{ kind: "rate", per, max: 61 }], 0)).toBe(true);
});

test("looking takes nothing, and a key without a counter admits nothing", async () => {
  const limits: Limit[] = [{ kind: "rate", per: "hour", max: 5 }];
  for (let n = 0; n < 3; n++)
    expect(await peekLimits(db, keyId, limits, new Date(start))).toMatchObject([{ remaining: 5 }]);
  await db.prisma.apiKeyCounter.deleteMany();
  expect(await take(limits, 0)).toBeNull();
});
