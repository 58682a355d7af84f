import { afterAll, expect, test, vi } from "vitest";
import { env } from "@/lib/env";
import { openingQuestion } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startSecondInstance } from "@/lib/testing/second-instance";

// A pepper is changed while instances come and go, each with the list it was started with.

const db = await testDatabase();
const older = env().FLOWLATCH_PEPPER[0] as string;
const newer = "a-newer-pepper-0123456789abcdefghijkl";
const [before, knowsBoth, writesNewer, after] = await Promise.all(
  [older, `${older},${newer}`, `${newer},${older}`, newer].map((peppers) =>
    startSecondInstance(db.url, { FLOWLATCH_PEPPER: peppers }),
  ),
);
type Instance = typeof before;
afterAll(() => Promise.all([before, knowsBoth, writesNewer, after].map((instance) => instance?.stop())));

async function call(instance: Instance, { chatflowId, key }: Awaited<ReturnType<typeof createGuardedChatflow>>) {
  const response = await fetch(`${instance?.url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key.token}` },
    body: JSON.stringify({ question: openingQuestion }),
  });
  await response.text();
  return response.status;
}

/** Tokens under each pepper, as an instance with this list sees it. */
async function useOf(peppers: string) {
  vi.stubEnv("FLOWLATCH_PEPPER", peppers);
  vi.resetModules();
  const { pepperUse } = await import("@/lib/api-keys/pepper-use");
  return await pepperUse(db).finally(() => vi.unstubAllEnvs());
}

test("list the newer pepper behind, then in front, then alone: no call fails, and what is left over is known", async () => {
  const used = await createGuardedChatflow(db);
  const unused = await createGuardedChatflow(db);
  // First every instance learns the newer pepper, while some still know the older one alone.
  for (const instance of [before, knowsBoth, before]) expect(await call(instance, used)).toBe(200);
  // Then they write it, while some still write the older one.
  for (const instance of [knowsBoth, writesNewer, knowsBoth, writesNewer]) expect(await call(instance, used)).toBe(200);
  expect(await useOf(`${newer},${older}`)).toEqual({
    peppers: [
      { place: 0, tokens: 1 },
      { place: 1, tokens: 1 },
    ],
    unknown: 0,
  });
  // Alone it verifies the token that was used meanwhile, and not the one that was not.
  expect(await call(after, used)).toBe(200);
  expect(await call(after, unused)).toBe(401);
  expect((await useOf(newer)).peppers).toEqual([
    { place: 0, tokens: 1 },
    { place: null, tokens: 1 },
  ]);
  // Nothing is lost by that: with the older one back it works, and moves.
  expect(await call(writesNewer, unused)).toBe(200);
  expect(await call(after, unused)).toBe(200);
});

test("a token stored before peppers were told apart is unknown until it is used", async () => {
  const guarded = await createGuardedChatflow(db);
  await db.prisma.apiKeySecret.updateMany({ where: { apiKeyId: guarded.key.id }, data: { pepperId: null } });
  expect((await useOf(older)).unknown).toBe(1);
  expect(await call(before, guarded)).toBe(200);
  expect((await useOf(older)).unknown).toBe(0);
});
