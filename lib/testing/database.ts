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
  const isShared = source.kind === "embedded" && !changesSchema;
  if (source.kind === "embedded") await renewTables(database);
  const schemaBefore = isShared ? await schemaOf(database) : null;
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
    const isChanged = isShared && !away && (await schemaOf(database)) !== schemaBefore;
    await closeDatabase(database);
    if (changesSchema || isChanged) await takeAway();
    else if (!away) await release();
    if (isChanged) throw new Error("This file leaves another schema than it found: it needs `changesSchema: true`.");
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

/** All that a migration could change, in one string. */
async function schemaOf({ pool }: Database): Promise<string> {
  const { rows } = await pool.query<{ schema: string }>(`
    SELECT string_agg(line, E'\n' ORDER BY line) AS schema FROM (
      SELECT concat_ws(' ', c.oid::regclass, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                       pg_get_expr(d.adbin, d.adrelid))
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
      UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE relnamespace = 'public'::regnamespace
      UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
      UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT concat_ws(' ', oid::regprocedure, md5(prosrc)) FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT concat_ws(' ', migration_name, checksum, finished_at, rolled_back_at) FROM _prisma_migrations
    ) AS lines (line)`);
  return rows[0]?.schema ?? "";
}
