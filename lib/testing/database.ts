import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeEach, inject } from "vitest";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { startEmbeddedPostgres } from "@/lib/testing/embedded-postgres";
import { databaseUrl } from "@/lib/testing/global-setup";

export interface TestDatabase extends Database {
  url: string;
  /** Takes the database away, as an outage would: connections break, new ones are refused. */
  takeAway(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Whether each test starts on empty tables (the default), or on what the one before has left. */
  emptyBeforeEach?: boolean;
}

/**
 * A migrated database for one test file: on embedded Postgres, or on the server that
 * TEST_DATABASE_URL names. Also becomes this process's `database()`, so that pages and routes use
 * it. Call it at the top of the file (`const db = await testDatabase()`); it cleans up after itself.
 */
export async function testDatabase({ emptyBeforeEach = true }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const source = inject("databaseSource");
  const { url, remove } = source.kind === "embedded" ? await embeddedCopy(source) : await serverCopy(source);
  const database = openDatabase(url, 10);
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
    await takeAway();
  });
  return { ...database, url, takeAway };
}

async function embeddedCopy({ snapshotFile }: { snapshotFile: string }) {
  const embedded = await startEmbeddedPostgres(new Blob([await readFile(snapshotFile)]));
  return { url: embedded.url, remove: embedded.stop };
}

async function serverCopy({ serverUrl, template }: { serverUrl: string; template: string }) {
  const name = `${template}_${randomBytes(4).toString("hex")}`;
  const onServer = async (sql: string) => {
    const server = openDatabase(serverUrl, 1);
    await server.pool.query(sql).finally(() => closeDatabase(server));
  };
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { url: databaseUrl(serverUrl, name), remove: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** The audit trail refuses TRUNCATE, so its trigger rests for that moment. */
async function emptyTables({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ names: string }>(
    `SELECT string_agg(quote_ident(tablename), ', ') AS names FROM pg_tables
     WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
  );
  await pool.query(`
    BEGIN;
    ALTER TABLE audit_event DISABLE TRIGGER USER;
    TRUNCATE ${rows[0]?.names} CASCADE;
    ALTER TABLE audit_event ENABLE TRIGGER USER;
    COMMIT`);
}
