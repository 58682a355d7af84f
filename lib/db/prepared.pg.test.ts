import { expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { execute, prepared } from "@/lib/db/prepared";
import { testDatabase } from "@/lib/testing/database";
import { startPgBouncer } from "@/lib/testing/pgbouncer";

const db = await testDatabase();
const doubled = prepared("SELECT $1::int * 2 AS value");
const numbers = Array.from({ length: 200 }, (_, index) => index);

test("a connection of its own to the server plans a statement once", async () => {
  const one = openDatabase(db.url, 1);
  try {
    for (const value of numbers) await execute(one, doubled, [value]);
    const { rows } = await one.pool.query(
      "SELECT name, generic_plans + custom_plans AS calls FROM pg_prepared_statements",
    );
    expect(rows).toEqual([{ name: doubled.name, calls: String(numbers.length) }]);
  } finally {
    await closeDatabase(one);
  }
});

test("behind PgBouncer in transaction mode, which may lead each call to another session, all are answered", async () => {
  const pooler = await startPgBouncer(db.url, 2);
  const instances = [openDatabase(pooler.url, 8), openDatabase(pooler.url, 8)];
  try {
    const results = await Promise.all(
      instances.flatMap((instance) =>
        numbers.map(async (value) => (await execute<{ value: number }>(instance, doubled, [value])).rows[0]?.value),
      ),
    );
    expect(results).toEqual(instances.flatMap(() => numbers.map((value) => value * 2)));
  } finally {
    await Promise.all(instances.map(closeDatabase));
    await pooler.stop();
  }
});
