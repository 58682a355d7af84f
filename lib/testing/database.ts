import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeEach, inject } from "vitest";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@/lib/testing/embedded-postgres";
import { databaseUrl } from "@/lib/testing/global-setup";

export interface TestDatabase extends Database {
  url: string;
  /** Takes the database away, as an outage would: connections break, new ones are refused. */
  takeAway(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Whether each test starts on empty tables (the default), or on what the one before has left. */
  emptyBeforeEach?: boolean;
  /** Whether tables or migrations are left other than they were found: then no other file gets this database. */
  changesSchema?: boolean;
}

/**
 * A migrated database for one test file: on embedded Postgres, or on the server that
 * TEST_DATABASE_URL names. Also becomes this process's `database()`, so that pages and routes use
 * it. Call it at the top of the file (`const db = await testDatabase()`); it cleans up after itself.
 */
export async function testDatabase({
  emptyBeforeEach = true,
  changesSchema = false,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const source = inject("databaseSource");
  const { url, remove, release } = source.kind === "embedded" ? await embeddedCopy(source) : await serverCopy(source);
  const database = openDatabase(url, 10);
  if (source.kind === "embedded") await renewTables(database);
  const processWide = globalThis as { flowlatchDatabase?: Database };
  processWide.flowlatchDatabase = database;

  let away = false;
  const takeAway = async () => {
    if (away) return;
    away = true;
    await remove();
  };
  if (emptyBeforeEach) beforeEach(() => emptyTables(database));
  afterAll(async () => {
    delete processWide.flowlatchDatabase;
    await closeDatabase(database);
    if (changesSchema) await takeAway();
    else if (!away) await release();
  });
  return { ...database, url, takeAway };
}

// Not of the names that fresh-file.ts clears.
const worker = globalThis as { testPostgres?: EmbeddedPostgres };

/** Starting takes longer than most files: those that one worker runs share theirs, unless it was taken away. */
async function embeddedCopy({ snapshotFile }: { snapshotFile: string }) {
  worker.testPostgres ??= await startEmbeddedPostgres(
    new Blob([await readFile(snapshotFile)]),
    path.dirname(snapshotFile),
  );
  const { url, stop } = worker.testPostgres;
  const remove = async () => {
    delete worker.testPostgres;
    await stop();
  };
  return { url, release: async () => {}, remove };
}

async function serverCopy({ serverUrl, template }: { serverUrl: string; template: string }) {
  const name = `${template}_${randomBytes(4).toString("hex")}`;
  const onServer = async (sql: string) => {
    const server = openDatabase(serverUrl, 1);
    await server.pool.query(sql).finally(() => closeDatabase(server));
  };
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const remove = () => onServer(`DROP DATABASE ${name} WITH (FORCE)`);
  return { url: databaseUrl(serverUrl, name), release: remove, remove };
}

const tablesOfOurs = "FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'";

/**
 * Deletes every row. TRUNCATE makes each table and index anew, which takes thirty times as long on
 * tables that hold a few rows. As a replica neither foreign keys nor the audit trail's trigger object.
 */
async function emptyTables({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ deletions: string }>(
    `SELECT string_agg(format('DELETE FROM %I', tablename), ';') AS deletions ${tablesOfOurs}`,
  );
  await pool.query(`BEGIN; SET LOCAL session_replication_role = replica; ${rows[0]?.deletions}; COMMIT`);
}

/** Makes tables as if they were new: what plans are chosen by is forgotten as well. */
async function renewTables({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ names: string }>(
    `SELECT string_agg(quote_ident(tablename), ', ') AS names ${tablesOfOurs}`,
  );
  await pool.query(`
    BEGIN;
    ALTER TABLE audit_event DISABLE TRIGGER USER;
    TRUNCATE ${rows[0]?.names} CASCADE;
    ALTER TABLE audit_event ENABLE TRIGGER USER;
    COMMIT`);
}
