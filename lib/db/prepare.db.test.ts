import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
import { testDatabase } from "@/lib/testing/database";
import { startEmbeddedPostgres } from "@/lib/testing/embedded-postgres";

const root = path.resolve(import.meta.dirname, "../..");
const db = await testDatabase({ changesSchema: true });
// All its clients share one session, as a pooler in transaction mode has it.
const pooled = await startEmbeddedPostgres();
afterAll(() => pooled.stop());

test("a version that is older than its database is refused with a sentence", async () => {
  const newer = "29990101000000_from_the_future";
  await db.pool.query(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('x', '', $1, now(), 1)",
    [newer],
  );
  const refusal = { code: "conflict", message: expect.stringMatching(new RegExp(`newer than this version.*${newer}`)) };
  for (const isShared of [true, false]) {
    await expect(prepareDatabase({ root, url: db.url, isShared })).rejects.toMatchObject(refusal);
  }
  await db.pool.query("DELETE FROM _prisma_migrations WHERE migration_name = $1", [newer]);
  expect(await prepareDatabase({ root, url: db.url, isShared: false })).toMatchObject({ applied: [] });
});

test("migrations do not go through a pooler that shares sessions: the refusal names the variable to set", async () => {
  const refusal = { code: "conflict", message: expect.stringContaining("DATABASE_URL_UNPOOLED") };
  await expect(prepareDatabase({ root, url: pooled.url, isShared: true })).rejects.toMatchObject(refusal);
  const { pool } = openDatabase(pooled.url, 1);
  const { rows } = await pool.query("SELECT to_regclass('_prisma_migrations') AS applied");
  await pool.end();
  expect(rows).toEqual([{ applied: null }]);
});
