import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import type { Pool } from "pg";
import { openServerDatabase } from "./fixtures";
import { allServers, outputFileOf } from "./test-servers";

const root = path.dirname(import.meta.dirname);
const tokenShape = /flk_[0-9A-Za-z]{49}/;

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* filesBelow(file);
    else if (entry.isFile()) yield file;
  }
}

function expectNoToken(files: string[]): void {
  expect(files.length).toBeGreaterThan(100);
  const holding = files.filter((file) => statSync(file).size < 64e6 && tokenShape.test(readFileSync(file, "latin1")));
  expect(holding).toEqual([]);
}

async function expectNoTokenInRows(db: Pool): Promise<void> {
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
}

for (const index of [0, 1, 2]) {
  test(`after all journeys no row, data file or log line of server ${index + 1} holds a token`, async () => {
    const server = allServers()[index];
    test.skip(server === undefined, "There was no such server.");
    const { dataDirectory } = server as NonNullable<typeof server>;
    const db = openServerDatabase(dataDirectory);
    // Else there was nothing to find.
    const { rows } = await db.query<{ count: number }>("SELECT count(*)::int AS count FROM api_key_secret");
    expect(rows[0]?.count).toBeGreaterThan(0);
    await expectNoTokenInRows(db);
    await db.end();
    const output = outputFileOf(dataDirectory);
    expect(readFileSync(output, "utf8")).toContain("Flowlatch is running.");
    expectNoToken([...filesBelow(dataDirectory), output]);
  });
}

test("the build output holds no token", () => {
  expectNoToken([...filesBelow(path.join(root, ".next"))]);
});
