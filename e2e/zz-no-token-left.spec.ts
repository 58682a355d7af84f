import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { dataDirectory, expect, test } from "./fixtures";

const tokenShape = /flk_[0-9A-Za-z]{49}/;

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* filesBelow(file);
    else if (entry.isFile()) yield file;
  }
}

/** Runs last: by now every journey has made tokens. */
test("after all journeys no row, data file or build output holds a token", async ({ db }) => {
  const { rows: tables } = await db.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const { rows } = await db.query(`SELECT count(*)::int AS found FROM "${name}" t WHERE t::text ~ $1`, [
      tokenShape.source,
    ]);
    expect(rows[0]?.found, `rows of ${name} with a token`).toBe(0);
  }
  await db.query("CHECKPOINT");
  const root = path.dirname(import.meta.dirname);
  const files = [...filesBelow(dataDirectory()), ...filesBelow(path.join(root, ".next"))];
  expect(files.length).toBeGreaterThan(100);
  const holding = files.filter((file) => statSync(file).size < 64e6 && tokenShape.test(readFileSync(file, "latin1")));
  expect(holding).toEqual([]);
});
