import { afterEach, expect, test, vi } from "vitest";
import { testDatabase } from "@/lib/testing/database";
import { systemContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const older = "an-older-pepper-0123456789abcdefghijkl";
const newer = "a-newer-pepper-0123456789abcdefghijkl";

afterEach(() => vi.unstubAllEnvs());

async function withPeppers<Result>(peppers: string, work: () => Promise<Result>): Promise<Result> {
  vi.stubEnv("FLOWLATCH_PEPPER", peppers);
  vi.resetModules();
  return await work();
}

const found = (peppers: string) => withPeppers(peppers, async () => (await import("./peppers.ts")).examinePeppers(db));
const makeKey = (peppers: string, name: string) =>
  withPeppers(peppers, async () => {
    const { createApiKey: create } = await import("@/lib/api-keys/service");
    return await create(await systemContext(db), { name });
  });

test("of peppers it is told which can be removed, and which was removed too early", async () => {
  await makeKey(older, "Website");
  expect(await found(older)).toEqual([]);
  expect(await found(`${newer},${older}`)).toMatchObject([
    { state: "ok", seen: "1 token may still be under an older pepper; each moves with its next call." },
  ]);
  expect(await found(newer)).toMatchObject([
    { state: "warning", seen: expect.stringMatching(/^1 token .* refused/), advice: expect.stringContaining("again") },
  ]);
  await db.prisma.apiKey.deleteMany();
  await makeKey(newer, "Website");
  expect(await found(`${newer},${older}`)).toMatchObject([
    { state: "ok", seen: expect.stringContaining("can be removed") },
  ]);
});
