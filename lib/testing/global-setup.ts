import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrate";
import { startEmbeddedPostgres } from "@/lib/testing/embedded-postgres";

/** What each test file makes its own database from. */
export type DatabaseSource =
  | { kind: "embedded"; snapshotFile: string }
  | { kind: "server"; serverUrl: string; template: string };

declare module "vitest" {
  interface ProvidedContext {
    databaseSource: DatabaseSource;
  }
}

const root = path.resolve(import.meta.dirname, "../..");

/** Migrates one database for the whole run; test files copy it. */
export default async function setup(project: TestProject) {
  const serverUrl = process.env.TEST_DATABASE_URL;
  return serverUrl ? await makeTemplate(project, serverUrl) : await makeSnapshot(project);
}

async function makeSnapshot(project: TestProject) {
  const directory = await mkdtemp(path.join(tmpdir(), "flowlatch-snapshot-"));
  const snapshotFile = path.join(directory, "data.tar");
  const embedded = await startEmbeddedPostgres();
  await migrate(root, { connectionString: embedded.url });
  const snapshot = await embedded.dump();
  await writeFile(snapshotFile, Buffer.from(await snapshot.arrayBuffer()));
  await embedded.stop();
  project.provide("databaseSource", { kind: "embedded", snapshotFile });
  return () => rm(directory, { recursive: true, force: true });
}

async function makeTemplate(project: TestProject, serverUrl: string) {
  const template = `flowlatch_test_${randomBytes(6).toString("hex")}`;
  const server = openDatabase(serverUrl, 1);
  await server.pool.query(`CREATE DATABASE ${template}`);
  await migrate(root, { connectionString: databaseUrl(serverUrl, template) });
  project.provide("databaseSource", { kind: "server", serverUrl, template });
  return async () => {
    // Of files that ended without their hooks, too.
    const leftOver = await server.pool.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
      [template],
    );
    for (const { datname } of leftOver.rows) await server.pool.query(`DROP DATABASE ${datname} WITH (FORCE)`);
    await closeDatabase(server);
  };
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
