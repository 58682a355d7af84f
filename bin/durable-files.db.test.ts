import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { expect, test, vi } from "vitest";
import { durable } from "./durable-files.ts";

test("a commit is acknowledged only when the disk has it, and a new file when its directory has it", async () => {
  const directory = fs.mkdtempSync(path.join(tmpdir(), "flowlatch-durable-"));
  const db = await PGlite.create(durable(path.join(directory, "postgres")));
  try {
    const { rows } = await db.query(
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')",
    );
    expect(Object.fromEntries(rows.map((row) => Object.values(row as object)))).toEqual({
      fsync: "on",
      full_page_writes: "on",
      synchronous_commit: "on",
    });
    await db.exec("CREATE TABLE written (n int); CHECKPOINT");

    const fsync = vi.spyOn(fs, "fsyncSync");
    for (let n = 1; n <= 20; n++) {
      await db.query("INSERT INTO written VALUES ($1)", [n]);
      expect(fsync.mock.calls.length).toBeGreaterThanOrEqual(n);
    }
    fsync.mockClear();
    const opened = vi.spyOn(fs, "openSync");
    await db.exec("SELECT pg_switch_wal(); CHECKPOINT");
    const directories = opened.mock.calls.filter(([name]) =>
      fs.statSync(String(name), { throwIfNoEntry: false })?.isDirectory(),
    );
    expect(directories.length).toBeGreaterThan(0);
    expect(fsync).toHaveBeenCalled();
  } finally {
    vi.restoreAllMocks();
    await db.close();
    fs.rmSync(directory, { recursive: true, force: true });
  }
});
