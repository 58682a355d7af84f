import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { migrationFaults } from "@/lib/db/migration-rules";

const root = path.resolve(import.meta.dirname, "../..");
/** Landed before there were rules, and deployments. */
const before = "20261126033000";

const migrations = globSync("prisma/migrations/*/migration.sql", { cwd: root })
  .map((file) => ({ file, name: path.basename(path.dirname(file)) }))
  .filter(({ name }) => name > before)
  .sort((a, b) => a.name.localeCompare(b.name));

test.each(migrations)("$name locks no table for long and takes nothing that is still read", ({ file }) => {
  expect(migrationFaults(readFileSync(path.join(root, file), "utf8"))).toEqual([]);
});

test.each([
  ['DROP TABLE "lead"', /later|after/],
  ['ALTER TABLE "api_key" DROP COLUMN "limits"', /stopped reading/],
  ['ALTER TABLE "api_key" RENAME COLUMN "name" TO "title"', /write both/],
  ['ALTER TABLE "prediction" ALTER COLUMN "usage" TYPE TEXT', /in batches/],
  ['ALTER TABLE "chatflow" ALTER COLUMN "slug" SET NOT NULL', /NOT VALID/],
  ['ALTER TABLE "chatflow" ADD COLUMN "kind" TEXT NOT NULL', /DEFAULT/],
  ['ALTER TABLE "chatflow" ADD CONSTRAINT "x" CHECK ("version" > 0)', /VALIDATE/],
  ['ALTER TABLE "lead" ADD CONSTRAINT "x" FOREIGN KEY ("a") REFERENCES "b"("id")', /VALIDATE/],
  ['CREATE INDEX "x" ON "prediction"("created_at")', /CONCURRENTLY/],
  ['CREATE UNIQUE INDEX "x" ON "prediction"("created_at")', /CONCURRENTLY/],
  ['DROP INDEX CONCURRENTLY "x"', /IF EXISTS/],
  ['UPDATE "prediction" SET "usage" = NULL', /batches/],
  ['DELETE FROM "prediction"', /batches/],
])("refused: %s", (sql, instead) => {
  expect(migrationFaults(`-- Why.\n${sql};\n`)).toEqual([expect.stringMatching(instead)]);
  expect(migrationFaults(`-- allowed: the table has ten rows\n${sql};\n`)).toEqual([]);
});

test.each([
  'ALTER TABLE "api_key_secret" ADD COLUMN "pepper_id" TEXT',
  `ALTER TABLE "chatflow" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'x'`,
  `ALTER TABLE "chatflow" ADD COLUMN "kind" TEXT DEFAULT 'x' NOT NULL`,
  'ALTER TABLE "chatflow" ADD CONSTRAINT "x" CHECK ("version" > 0) NOT VALID',
  'ALTER TABLE "chatflow" VALIDATE CONSTRAINT "x"',
  'CREATE INDEX CONCURRENTLY "x" ON "prediction"("created_at")',
  'DROP INDEX CONCURRENTLY IF EXISTS "x"',
  'CREATE TABLE "new" ("id" UUID NOT NULL);\nCREATE INDEX "x" ON "new"("id")',
  "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE prediction SET usage = NULL;\nEND\n$$",
])("let through: %s", (sql) => {
  expect(migrationFaults(`${sql};\n`)).toEqual([]);
});
