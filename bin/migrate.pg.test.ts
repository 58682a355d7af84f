import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { databaseUrl } from "@/lib/testing/global-setup";

const bootstrap = path.join(import.meta.dirname, "bootstrap.mjs");

test("four releases at once on one empty database apply each migration once, none fails, and none needs a secret", async () => {
  const serverUrl = process.env.TEST_DATABASE_URL as string;
  const name = `flowlatch_migrate_${randomBytes(4).toString("hex")}`;
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-bin-"));
  const server = openDatabase(serverUrl, 1);
  await server.pool.query(`CREATE DATABASE ${name}`);
  try {
    const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith("FLOWLATCH_"));
    const own = { DATABASE_URL: databaseUrl(serverUrl, name), FLOWLATCH_DATA_DIR: directory };
    const env = { ...Object.fromEntries(inherited), NODE_ENV: "production" as const, ...own };
    const migrate = () => promisify(execFile)(process.execPath, [bootstrap, "cli", "migrate", "--json"], { env });
    const answers = await Promise.all([migrate(), migrate(), migrate(), migrate()]);
    const applied = answers
      .map(({ stdout }) => JSON.parse(stdout).applied as string[])
      .filter(({ length }) => length > 0);
    expect(applied).toHaveLength(1);
    expect(applied[0]).toContain("20261123000000_init");
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    await server.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await closeDatabase(server);
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);
