import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import type { Pool } from "pg";
import { filesBelow, filesWithTokens, tablesWithTokens } from "../lib/testing/token-sweep";
import { openServerDatabase } from "./fixtures";
import { allServers, outputFileOf, serverCount } from "./test-servers";

const root = path.dirname(import.meta.dirname);
function expectNoToken(files: string[]): void {
  expect(files.length).toBeGreaterThan(100);
  expect(filesWithTokens(files)).toEqual([]);
}

async function expectNoTokenInRows(db: Pool): Promise<void> {
  const { all, holding } = await tablesWithTokens(db);
  expect(all.length).toBeGreaterThan(10);
  expect(holding, "tables with a token").toEqual([]);
  await db.query("CHECKPOINT");
}

for (let index = 0; index < serverCount; index += 1) {
  test(`after all journeys no row, data file or log line of server ${index + 1} holds a token`, async () => {
    const server = allServers()[index];
    test.skip(server === undefined, "There was no such server.");
    const { dataDirectory } = server as NonNullable<typeof server>;
    const db = openServerDatabase(dataDirectory);
    // Else there was nothing to find. The keys themselves may all be deleted by now.
    const { rowCount } = await db.query("SELECT FROM audit_event WHERE action = 'api_key.created'");
    expect(rowCount).toBeGreaterThan(0);
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
