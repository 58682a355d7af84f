import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { migrationState } from "@/lib/db/migration-state";
import { prepareDatabase } from "@/lib/db/prepare";
import { eventually } from "@/lib/testing/eventually";
import { databaseUrl } from "@/lib/testing/global-setup";

const home = path.resolve(import.meta.dirname, "../..");
const server = openDatabase(process.env.TEST_DATABASE_URL as string, 4);
const databases: string[] = [];
/** A version whose first migration takes a moment between two of its statements. */
let root: string;
let url: string;
const init = "20261123000000_init";
const slow = "SELECT pg_sleep(2);";

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), "flowlatch-interrupted-"));
  cpSync(path.join(home, "prisma"), path.join(root, "prisma"), { recursive: true });
  const name = `flowlatch_interrupted_${randomBytes(4).toString("hex")}`;
  await server.pool.query(`CREATE DATABASE ${name}`);
  databases.push(name);
  url = databaseUrl(process.env.TEST_DATABASE_URL as string, name);
  return () => rmSync(root, { recursive: true, force: true });
});
afterAll(async () => {
  for (const name of databases) await server.pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await closeDatabase(server);
});

function makeInitSlow() {
  const file = path.join(root, `prisma/migrations/${init}/migration.sql`);
  const script = readFileSync(file, "utf8");
  writeFileSync(file, script.replace('CREATE TABLE "user"', `${slow}\nCREATE TABLE "user"`));
}

/** The Postgres process that is in a statement of a start's. */
async function backendIn(statement: string): Promise<number | undefined> {
  const { rows } = await server.pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND position($2 IN query) > 0",
    [databases.at(-1), statement],
  );
  return rows[0]?.pid;
}

/** Starts in a process of its own and ends that without a word while Postgres is in that statement. */
async function startAndKill(statement: string): Promise<number> {
  const script = `
    import { prepareDatabase } from "@/lib/db/prepare";
    await prepareDatabase(${JSON.stringify({ root, url, isShared: true })});`;
  const file = path.join(root, "start.mts");
  writeFileSync(file, script);
  const args = ["--import", path.join(home, "bin/resolve-imports.mjs"), "--conditions=react-server", file];
  const child = spawn(process.execPath, args, { cwd: home, stdio: "inherit" });
  const ended = once(child, "exit");
  const backend = await eventually(() => backendIn(statement));
  child.kill("SIGKILL");
  await ended;
  return backend;
}

const start = () => prepareDatabase({ root, url, isShared: true });
const pending = async () => {
  const db = openDatabase(url, 1);
  return (await migrationState(root, db.pool).finally(() => closeDatabase(db))).pending;
};

test("after a start that was killed inside a migration, which Postgres then finished, the next one goes on after it", async () => {
  makeInitSlow();
  await startAndKill(slow);
  const { applied, hasAccount } = await start();
  expect(applied).not.toContain(init);
  expect(applied.length).toBeGreaterThan(5);
  expect(hasAccount).toBe(false);
  expect(await pending()).toEqual([]);
}, 60_000);

test("after a start that was killed inside a migration, which Postgres then undid, the next one applies it again", async () => {
  makeInitSlow();
  await server.pool.query("SELECT pg_terminate_backend($1)", [await startAndKill(slow)]);
  expect(await pending()).toContain(init);
  expect((await start()).applied).toContain(init);
  expect(await pending()).toEqual([]);
  expect((await start()).applied).toEqual([]);
}, 60_000);

test("after a start that was killed while it built an index concurrently, the next one builds it whole", async () => {
  await start();
  const name = "29990101000000_concurrent_index";
  mkdirSync(path.join(root, "prisma/migrations", name));
  const sql = '-- Why.\nCREATE INDEX CONCURRENTLY "lead_created_at" ON "lead"("created_at");\n';
  writeFileSync(path.join(root, "prisma/migrations", name, "migration.sql"), sql);
  const db = openDatabase(url, 2);
  try {
    // The build waits for whoever may have written before it began.
    const writer = await db.pool.connect();
    await writer.query("BEGIN");
    await writer.query("LOCK TABLE lead IN ROW EXCLUSIVE MODE");
    await db.pool.query("SELECT pg_terminate_backend($1)", [await startAndKill("CREATE INDEX CONCURRENTLY")]);
    await writer.query("ROLLBACK");
    writer.release();
    const isValid = async () =>
      (await db.pool.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'lead_created_at'::regclass")).rows;
    expect(await isValid()).toEqual([{ indisvalid: false }]);
    expect((await start()).applied).toEqual([name]);
    expect(await isValid()).toEqual([{ indisvalid: true }]);
  } finally {
    await closeDatabase(db);
  }
}, 60_000);
