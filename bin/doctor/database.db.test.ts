import { expect, test } from "vitest";
import { parseStartEnv } from "@/lib/env";
import { testDatabase } from "@/lib/testing/database";
import { systemContext } from "@/lib/testing/fixtures";
import { createTestProvider } from "@/lib/testing/model-chatflow";
import { startProviderServer } from "@/lib/testing/provider-server";
import { clockFinding, examineDatabase } from "./database.ts";
import { examineProviders } from "./providers.ts";

const db = await testDatabase({ changesSchema: true });
const settings = { ...parseStartEnv({}), dataDirectory: "/nowhere", address: "http://localhost:3000" };

const examine = async (url = db.url) => await examineDatabase(url, settings, async () => []);

test("a database that is there, of this version and in step is well", async () => {
  const findings = await examine();
  expect(findings.map(({ what, state }) => [what, state])).toEqual([
    ["database", "ok"],
    ["clock", "ok"],
    ["migrations", "ok"],
  ]);
});

test.each([
  ["half a second", 500, 0, "ok"],
  ["ten seconds, give or take nine", 10_000, 9_000, "ok"],
  ["ten seconds", 10_000, 10, "warning"],
  ["an hour", 3_600_000, 10, "failure"],
])("clocks that differ by %s", (_, differenceMs, unsureMs, state) => {
  expect(clockFinding(differenceMs, unsureMs)).toMatchObject({ what: "clock", state });
});

test("migrations that are missing, or of a newer version, are failures with what to do", async () => {
  const [last] = (await db.pool.query("SELECT * FROM _prisma_migrations ORDER BY migration_name DESC LIMIT 1")).rows;
  const rename = (from: string, to: string) =>
    db.pool.query("UPDATE _prisma_migrations SET migration_name = $2 WHERE migration_name = $1", [from, to]);
  await rename(last.migration_name, "29990101000000_newer");
  const newer = (await examine()).find(({ what }) => what === "migrations");
  expect(newer).toMatchObject({ state: "failure", seen: expect.stringMatching(/newer than this version.*2999/) });
  await db.pool.query("DELETE FROM _prisma_migrations WHERE migration_name = '29990101000000_newer'");
  const findings = await examine();
  expect(findings.at(-1)).toMatchObject({ state: "failure", advice: expect.stringContaining("npm run release") });
  expect(findings.at(-1)?.seen).toContain(last.migration_name);
});

test("a database that is away is one failure, which tells its place and not its password", async () => {
  const findings = await examine("postgresql://user:hunter2@127.0.0.1:1/keys");
  expect(findings).toMatchObject([{ what: "database", state: "failure" }]);
  expect(findings[0]?.seen).toContain("127.0.0.1:1/keys");
  expect(JSON.stringify(findings)).not.toContain("hunter2");
});

test("providers: a credential that no key decrypts is found without a call; with one, whoever does not answer", async () => {
  const server = await startProviderServer();
  const ctx = await systemContext(db);
  await createTestProvider(ctx, server.url, "openai-compatible");
  expect(await examineProviders(ctx, false)).toMatchObject([{ state: "ok" }]);
  expect(await examineProviders(ctx, true)).toMatchObject([{ state: "ok", seen: expect.stringContaining("2 models") }]);
  await server.close();
  expect(await examineProviders(ctx, true)).toMatchObject([{ state: "failure" }]);
  await db.prisma.provider.updateMany({ data: { credential: Buffer.alloc(64) } });
  expect(await examineProviders(ctx, false)).toMatchObject([
    { state: "failure", seen: expect.stringContaining("FLOWLATCH_ENCRYPTION_KEY") },
  ]);
});
