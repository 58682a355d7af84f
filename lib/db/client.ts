import { PrismaPg } from "@prisma/adapter-pg";
import { attachDatabasePool } from "@vercel/functions/db-connections";
import { Pool, type PoolClient } from "pg";
import { PrismaClient } from "@/lib/db/generated/client";
import { databasePoolSize, env, isServerless } from "@/lib/env";
import { log } from "@/lib/log";

export { Prisma } from "@/lib/db/generated/client";

/** One pool, two ways in: Prisma for use cases, the pool itself for the two statements of a prediction. */
export interface Database {
  prisma: PrismaClient;
  pool: Pool;
}

/** What a transaction hands to the code inside it. */
export type Transaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

/**
 * Opens a database.
 * @param url Postgres address; a Unix socket as `postgresql://user@localhost/name?host=/directory`
 * @param poolSize most connections at a time
 * @param idleMs after which a connection that nobody uses is closed
 * @param answerMs after which no answer is waited for
 */
export function openDatabase(url: string, poolSize: number, idleMs = 30_000, answerMs = 30_000): Database {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    query_timeout: answerMs,
    idleTimeoutMillis: idleMs,
    allowExitOnIdle: true,
    application_name: "flowlatch",
  });
  // An idle connection that breaks must not end the process; the next query gets a new one.
  pool.on("error", (error) => log().warn({ code: (error as { code?: string }).code }, "database connection lost"));
  pool.on("release", (error, client) => {
    if (error || isAtRest(client)) return;
    log().warn("a connection was given back in the middle of its work, and is closed");
    client.end().catch(() => {});
  });
  const adapter = new PrismaPg(pool);
  return { pool, prisma: new PrismaClient({ adapter, errorFormat: "minimal" }) };
}

/**
 * Whether nothing of what a connection was used for is left. Where a statement of a transaction hangs, its ROLLBACK
 * waits behind it until pg drops it unsent, and Prisma gives the connection back as it is: whoever has it next would
 * write into that transaction, which nobody commits, or somebody else does.
 */
function isAtRest(client: PoolClient & { readyForQuery?: boolean }): boolean {
  return client.getTransactionStatus() === "I" && client.readyForQuery !== false;
}

/** Ends all connections. */
export async function closeDatabase(db: Database): Promise<void> {
  await db.prisma.$disconnect();
  await db.pool.end();
}

/** A frozen function closes nothing, so it is kept awake until its connections were idle for so long. */
const functionIdleMs = 5_000;

const shared = globalThis as { flowlatchDatabase?: Database };

function openOwn(): Database {
  const { DATABASE_URL } = env();
  if (!isServerless()) return openDatabase(DATABASE_URL, databasePoolSize());
  const db = openDatabase(DATABASE_URL, databasePoolSize(), functionIdleMs);
  attachDatabasePool(db.pool);
  return db;
}

/** This process's database; kept on globalThis because a development server loads modules anew. */
export function database(): Database {
  shared.flowlatchDatabase ??= openOwn();
  return shared.flowlatchDatabase;
}
