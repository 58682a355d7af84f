import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";

const db = await testDatabase({ changesSchema: true });
await db.pool.query("CREATE TABLE note (said text)");
afterAll(() => db.pool.query("DROP TABLE note"));

const notes = async () => (await db.pool.query("SELECT said FROM note ORDER BY said")).rows.map(({ said }) => said);

/** What one who holds the lock of a row lets others wait for. */
async function holdLock() {
  const client = await db.pool.connect();
  await client.query("BEGIN");
  await client.query("SELECT pg_advisory_xact_lock(7)");
  return async () => {
    await client.query("COMMIT");
    client.release();
  };
}

test("what comes after a transaction that hung is neither lost with it nor commits what it left", async () => {
  const answerMs = 300;
  const hasty = openDatabase(db.url, 1, 30_000, answerMs);
  try {
    const letGo = await holdLock();
    const hung = hasty.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO note VALUES ('half of it')`;
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(7)`;
    });
    await expect(hung).rejects.toThrow();
    // By then its ROLLBACK was given up as well, and its connection is free.
    await sleep(2 * answerMs);
    await letGo();
    await hasty.pool.query("INSERT INTO note VALUES ('alone')");
    expect(await notes()).toEqual(["alone"]);
    await hasty.prisma.$transaction([hasty.prisma.$executeRaw`INSERT INTO note VALUES ('together')`]);
    expect(await notes()).toEqual(["alone", "together"]);
    const open = "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database()";
    await eventually(async () => (await db.pool.query(open)).rowCount === 0 || null);
  } finally {
    await closeDatabase(hasty);
  }
});

test.each([
  ["in a transaction", (client: { query(sql: string): Promise<unknown> }) => client.query("BEGIN")],
  [
    "while its answer is still to come",
    async (client: { query(sql: string): Promise<unknown> }) => {
      client.query("SELECT pg_sleep(0.5)").catch(() => {});
    },
  ],
])("a connection that is given back %s is closed, and one at rest is kept", async (_, use) => {
  const own = openDatabase(db.url, 1);
  const idOf = async () => (await own.pool.query("SELECT pg_backend_pid() AS id")).rows[0].id;
  try {
    const first = await idOf();
    expect(await idOf()).toBe(first);
    const client = await own.pool.connect();
    await use(client);
    client.release();
    expect(await idOf()).not.toBe(first);
  } finally {
    await closeDatabase(own);
  }
});
