import { setTimeout } from "node:timers/promises";
import { Pool, type PoolClient, type PoolConfig } from "pg";
import { migrationState } from "@/lib/db/migration-state";
import { sharesSessions } from "@/lib/db/pooler";
import { AppError } from "@/lib/errors";

/** Prisma's engine holds it for as long as its session applies migrations, and gives up waiting for it. */
const engineLockKey = 72_707_369;
/** So starts queue here, in front of it. The key must differ from the engine's, or a start would wait for itself. */
const startLockKey = 7_345_091_822;
/** How often a start that waits for another one looks whether it is done. */
const askAgainMs = 200;

/** A Postgres to be brought up to date. */
export interface PrepareInput {
  /** Directory that holds `prisma/`. */
  root: string;
  /** Without a pooler in transaction mode in front, should there be anything to apply. */
  url: string;
  /** Whether other machines may start on it at the same moment. The embedded one has one session and no such others. */
  isShared: boolean;
}

/**
 * Names of the migrations that a database lacks, oldest first.
 * @throws AppError `conflict` when it was brought up to date by a newer version of Flowlatch
 */
export async function pendingMigrations(root: string, pool: Pool): Promise<string[]> {
  const { pending, unknown } = await migrationState(root, pool);
  if (unknown.length === 0) return pending;
  throw new AppError(
    "conflict",
    `The database is newer than this version of Flowlatch, which does not know the migration ${unknown.at(-1)}. Start the version that applied it, or restore a backup from before.`,
  );
}

async function applyPending(root: string, connection: PoolConfig, pool: Pool): Promise<string[]> {
  if ((await pendingMigrations(root, pool)).length === 0) return [];
  // Loaded only when there is something to apply: the engine is two megabytes of WebAssembly.
  const { migrate } = await import("@/lib/db/migrate");
  return await migrate(root, connection);
}

/**
 * Applies the migrations a database lacks. Two starts at once on one database queue up.
 * @returns names of the migrations applied now, and whether anybody has an account yet
 * @throws AppError `conflict` when the database is newer than this version, or reached through a pooler that
 *   migrations cannot pass; other errors when it is away or a migration fails
 */
export async function prepareDatabase({ root, url, isShared }: PrepareInput) {
  const connection = { connectionString: url, connectionTimeoutMillis: 5_000 };
  const pool = new Pool({ ...connection, max: 2 });
  pool.on("error", () => {});
  try {
    const applied = isShared ? await applyTogether(root, connection, pool) : await applyPending(root, connection, pool);
    const { rows } = await pool.query<{ found: boolean }>('SELECT EXISTS (SELECT FROM "user") AS found');
    return { applied, hasAccount: rows[0]?.found === true };
  } finally {
    await pool.end();
  }
}

/** Applies what is pending while the other instances that start now wait for it. */
async function applyTogether(root: string, connection: PoolConfig, pool: Pool): Promise<string[]> {
  if ((await pendingMigrations(root, pool)).length === 0) return [];
  if (await sharesSessions(pool)) {
    throw new AppError(
      "conflict",
      "The migrations cannot be applied through a connection pooler in transaction mode. Set DATABASE_URL_UNPOOLED to the address of the same database without the pooler.",
    );
  }
  return await withLock(pool, async () => {
    await untilEngineIsFree(pool);
    return await applyPending(root, connection, pool);
  });
}

/**
 * Waits for the session of a start that was ended. Postgres sees at once that who held the lock above is gone, but
 * not that nobody waits for the statement that it is in: it first comes to its end.
 */
async function untilEngineIsFree(pool: Pool): Promise<void> {
  const isFree = async () => {
    // Let go with the statement.
    const { rows } = await pool.query<{ held: boolean }>(`SELECT pg_try_advisory_xact_lock(${engineLockKey}) AS held`);
    return rows[0]?.held === true;
  };
  while (!(await isFree())) await setTimeout(askAgainMs);
}

/**
 * Held by a transaction and not a session, so that it holds behind a transaction-mode pooler too.
 *
 * CREATE INDEX CONCURRENTLY in a migration waits for the end of every snapshot that is older than itself. So
 * neither whoever holds the lock may keep one open (a statement with a parameter would: its portal stays), nor
 * whoever is next in the queue wait in a statement: it asks again.
 */
async function withLock<Result>(pool: Pool, work: () => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    while (!(await takeLock(client))) await setTimeout(askAgainMs);
    return await work();
  } finally {
    await client.query("ROLLBACK").catch(() => {});
    client.release();
  }
}

/** Begins a transaction that holds the lock, or none. */
async function takeLock(client: PoolClient): Promise<boolean> {
  await client.query("BEGIN");
  const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_xact_lock(${startLockKey}) AS held`);
  if (rows[0]?.held) return true;
  await client.query("ROLLBACK");
  return false;
}
