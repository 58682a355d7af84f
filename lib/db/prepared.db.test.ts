import { expect, test } from "vitest";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { execute, prepared } from "@/lib/db/prepared";
import { testDatabase } from "@/lib/testing/database";

const db = await testDatabase({ changesSchema: true });
const doubled = prepared("SELECT $1::int * 2 AS value");

async function doubledBy(database: Database, value: number): Promise<number | undefined> {
  const { rows } = await execute<{ value: number }>(database, doubled, [value]);
  return rows[0]?.value;
}

const numbers = Array.from({ length: 60 }, (_, index) => index);

test("a statement is executed with its own values, whichever connection it comes to", async () => {
  const results = await Promise.all(numbers.map((value) => doubledBy(db, value)));
  expect(results).toEqual(numbers.map((value) => value * 2));
});

test("an instance that comes later, to sessions where the same was prepared, is served as well", async () => {
  await doubledBy(db, 1);
  const later = openDatabase(db.url, 2);
  try {
    expect(await Promise.all([doubledBy(later, 2), doubledBy(later, 3)])).toEqual([4, 6]);
  } finally {
    await closeDatabase(later);
  }
});

test("a table that has changed since is read as it is now", async () => {
  await db.pool.query("CREATE TABLE changing (one int)");
  await db.pool.query("INSERT INTO changing VALUES (1)");
  const all = prepared("SELECT * FROM changing");
  const rows = async () => (await execute(db, all, [])).rows;
  for (let read = 0; read < 12; read++) expect(await rows()).toEqual([{ one: 1 }]);
  await db.pool.query("ALTER TABLE changing ADD COLUMN two int DEFAULT 2");
  for (let read = 0; read < 12; read++) expect(await rows()).toEqual([{ one: 1, two: 2 }]);
});

test("what is wrong with a statement itself is thrown", async () => {
  await expect(execute(db, prepared("SELECT 1 / $1::int"), [0])).rejects.toMatchObject({ code: "22012" });
  await expect(execute(db, prepared("SELECT nothing_there"), [])).rejects.toMatchObject({ code: "42703" });
});
