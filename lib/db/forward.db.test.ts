import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { disableApiKeys, enableApiKeys } from "@/lib/api-keys/switching";
import { digestToken, generateToken } from "@/lib/api-keys/token";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { predict } from "@/lib/testing/call";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@/lib/testing/embedded-postgres";
import { systemContext } from "@/lib/testing/fixtures";
import { recordOfOlderVersion, verifyOfOlderVersion } from "@/lib/testing/older-version";
import { ofHistory, rowsOf } from "@/lib/testing/schema-history";

// From the first schema to this version's, one migration after the other, each on rows of the versions before.

const root = path.resolve(import.meta.dirname, "../..");
const migrations = readdirSync(path.join(root, "prisma/migrations"))
  .filter((name) => /^\d/.test(name))
  .sort();
const older = mkdtempSync(path.join(tmpdir(), "flowlatch-older-"));
const processWide = globalThis as { flowlatchDatabase?: Database };
let postgres: EmbeddedPostgres;
let db: Database;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  db = openDatabase(postgres.url, 2);
  processWide.flowlatchDatabase = db;
  for (const name of ["prisma/schema.prisma", "prisma/migrations/migration_lock.toml"]) {
    cpSync(path.join(root, name), path.join(older, name));
  }
});

afterAll(async () => {
  delete processWide.flowlatchDatabase;
  await closeDatabase(db);
  await postgres.stop();
  rmSync(older, { recursive: true, force: true });
});

/** Rows of each table. */
async function countRows(): Promise<Record<string, number>> {
  const { rows } = await db.pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1",
  );
  const counts = rows.map(({ name }) => `SELECT '${name}' AS name, count(*)::int AS count FROM "${name}"`);
  const counted = await db.pool.query<{ name: string; count: number }>(counts.join(" UNION ALL "));
  return Object.fromEntries(counted.rows.map(({ name, count }) => [name, count]));
}

test.each(migrations)("%s keeps every row that was there", async (name) => {
  const before = name === migrations[0] ? {} : await countRows();
  cpSync(path.join(root, "prisma/migrations", name), path.join(older, "prisma/migrations", name), { recursive: true });
  const { applied } = await prepareDatabase({ root: older, url: postgres.url, isShared: false });
  expect(applied).toEqual([name]);
  expect(await countRows()).toMatchObject(before);
  await rowsOf[name]?.(db.pool);
});

test("each table has had rows of an older version", async () => {
  expect(Object.entries(await countRows()).filter(([, count]) => count === 0)).toEqual([]);
  expect(Object.keys(rowsOf).filter((name) => !migrations.includes(name))).toEqual([]);
});

test("a token that the first version issued opens its chatflow, which answers from the document of then", async () => {
  const response = await predict(ofHistory.chatflowId, {
    token: ofHistory.token,
    body: { question: "When does the workshop open?" },
  });
  expect([response.status, await response.json()]).toEqual([
    200,
    expect.objectContaining({ text: expect.stringContaining("nine") }),
  ]);
  const other = await predict(ofHistory.chatflowId, { token: generateToken() });
  expect(other.status).toBe(401);
});

test("what migrations have filled in is right: slugs, and names in the trail as they are searched for", async () => {
  const { rows: chatflows } = await db.pool.query("SELECT slug FROM chatflow ORDER BY slug");
  expect(chatflows).toEqual([{ slug: "uberall-offen" }, { slug: "uberall-offen-2" }]);
  const { rows: events } = await db.pool.query("SELECT target_name_key FROM audit_event WHERE request_id = 'r0'");
  expect(events).toEqual([{ target_name_key: "website" }]);
});

// What it does not show: an older version's pages and commands, and its code around these statements.
test("an instance of the version before goes on answering on this schema, and refuses what was ended by a newer one", async () => {
  const { chatflowId, workspaceId, keyId, token } = ofHistory;
  const digest = digestToken(token, env().FLOWLATCH_PEPPER[0] as string);
  const verify = async () => {
    const values = [chatflowId, [digest], null, new Date(), null, true, null, Buffer.alloc(32)];
    return (await db.pool.query(verifyOfOlderVersion, values)).rows[0];
  };
  const admitted = await verify();
  expect(admitted).toMatchObject({ refusal: null, chatflow_id: chatflowId, key_id: keyId, tally: { admitted: true } });

  const id = newId();
  const [question, answer, requestId] = ["Is it open?", "At nine.", "older-1"];
  const recorded = [
    ...[id, chatflowId, workspaceId, keyId, "s2", "s2", question, answer, "ok", null, null, null, 1, 2, requestId],
    ...[new Date(), admitted.secret_id, null, null],
  ];
  await db.pool.query(recordOfOlderVersion, recorded);
  expect(await db.prisma.prediction.findUnique({ where: { id } })).toMatchObject({ answer, status: "ok" });
  const used = await db.prisma.apiKey.findUnique({ where: { id: keyId }, select: { lastUsedAt: true } });
  expect(used?.lastUsedAt).not.toBeNull();

  const ctx = await systemContext(db, workspaceId);
  await disableApiKeys(ctx, { ids: [keyId] });
  expect(await verify()).toMatchObject({ refusal: "disabled_key" });
  await enableApiKeys(ctx, { ids: [keyId] });
  await regenerateApiKey(ctx, { id: keyId });
  expect(await verify()).toMatchObject({ refusal: "retired_token" });
});
