import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { prepareDatabase } from "@/lib/db/prepare";
import { testDatabase } from "@/lib/testing/database";

const db = await testDatabase();
const root = path.resolve(import.meta.dirname, "../..");
/** The next version, whose migration builds an index without locking its table. */
const next = mkdtempSync(path.join(tmpdir(), "flowlatch-next-"));
const name = "29990101000000_concurrent_index";

afterAll(() => rmSync(next, { recursive: true, force: true }));

test("a migration may build an index concurrently: the lock that starts queue at does not wait for itself", async () => {
  cpSync(path.join(root, "prisma"), path.join(next, "prisma"), { recursive: true });
  mkdirSync(path.join(next, "prisma/migrations", name));
  const sql = '-- Why.\nCREATE INDEX CONCURRENTLY "lead_created_at" ON "lead"("created_at");\n';
  writeFileSync(path.join(next, "prisma/migrations", name, "migration.sql"), sql);
  const start = () => prepareDatabase({ root: next, url: db.url, isShared: true });
  const starts = await Promise.all([start(), start()]);
  expect(starts.flatMap(({ applied }) => applied)).toEqual([name]);
  const { rows } = await db.pool.query(
    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'lead_created_at'::regclass",
  );
  expect(rows).toEqual([{ indisvalid: true }]);
}, 60_000);
