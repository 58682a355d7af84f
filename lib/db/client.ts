import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { PrismaClient } from "@/lib/db/generated/client";
import { env } from "@/lib/env";
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
 */
export function openDatabase(url: string, poolSize: number): Database {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: "flowlatch",
  });
  // An idle connection that breaks must not end the process; the next query gets a new one.
  pool.on("error", (error) => log().warn({ code: (error as { code?: string }).code }, "database connection lost"));
  const adapter = new PrismaPg(pool);
  return { pool, prisma: new PrismaClient({ adapter, errorFormat: "minimal" }) };
}

/** Ends all connections. */
export async function closeDatabase(db: Database): Promise<void> {
  await db.prisma.$disconnect();
  await db.pool.end();
}

const shared = globalThis as { flowlatchDatabase?: Database };

/** This process's database; kept on globalThis because a development server loads modules anew. */
export function database(): Database {
  shared.flowlatchDatabase ??= openDatabase(env().DATABASE_URL, env().FLOWLATCH_DATABASE_POOL);
  return shared.flowlatchDatabase;
}
