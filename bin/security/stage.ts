import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createApiKey } from "@/lib/api-keys/service";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";
import { startPostgres } from "@/lib/testing/postgres-server";
import { sessionCookieOf } from "@/lib/testing/session-cookie";
import { type Running, startApp } from "../bench/servers.ts";
import { buildApp, isBuilt } from "../build-app.ts";
import { root } from "../deployment.ts";
import { secretNames } from "../secrets.ts";
import { step } from "../steps.ts";

/** A production server with an operator, chatflows and keys, on a database of its own. */
export interface Stage {
  db: Database;
  /** Of the database server, for tests that make databases of their own on it. */
  serverUrl: string;
  app: Running;
  port: number;
  /** Where all goes that the server writes. */
  logFile: string;
  /** A chatflow and its key, which hostile requests know of. */
  attacked: { chatflowId: string; keyId: string; token: string };
  /** Another one, to see that good calls are answered. */
  good: { chatflowId: string; token: string };
  /** The `Cookie` header of the signed-in owner. */
  cookie: string;
  /** What no answer and no log line may hold. */
  secrets: string[];
}

/** An empty database on the server that TEST_DATABASE_URL names, or a server of our own. */
async function emptyDatabase() {
  const given = process.env.TEST_DATABASE_URL;
  if (!given) {
    const own = await startPostgres();
    return { ...own, serverUrl: own.url };
  }
  const name = `security_${randomBytes(4).toString("hex")}`;
  const onServer = async (sql: string) => {
    const server = openDatabase(given, 1);
    await server.pool.query(sql).finally(() => closeDatabase(server));
  };
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  return { url: url.href, serverUrl: given, stop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function seed(db: Database) {
  const ctx = await operatorContext(db);
  const made = async (name: string) => {
    const chatflowId = await createKnowledgeChatflow(ctx, name);
    const { id, token } = await createApiKey(ctx, { name, chatflowId });
    return { chatflowId, keyId: id, token };
  };
  const [attacked, good] = [await made("Attacked"), await made("Good")];
  return { attacked, good, cookie: `Cookie: ${await sessionCookieOf(ctx)}` };
}

/**
 * Builds the app where it is not built, and serves it on loopback.
 * @param running what is to be ended afterwards, whenever that is: each part from the moment that it runs
 */
export async function startStage(running: AsyncDisposableStack): Promise<Stage> {
  const secrets = secretNames.map((name) => [name, randomBytes(32).toString("base64")] as const);
  // Each request says that it comes from another address: none is to be slowed down for the others.
  const settings = { FLOWLATCH_TRUSTED_PROXIES: "1", FLOWLATCH_LOG_LEVEL: "debug", REDIS_URL: "" };
  Object.assign(process.env, Object.fromEntries(secrets), settings);
  const database = await step("Starting a database", emptyDatabase);
  running.defer(database.stop);
  process.env.DATABASE_URL = database.url;
  await prepareDatabase({ root, url: database.url, isShared: true });
  if (!isBuilt(root)) await step("Building the app", () => buildApp(root));
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-security-"));
  running.defer(() => rmSync(directory, { recursive: true, force: true }));
  const logFile = path.join(directory, "log");
  const db = openDatabase(database.url, 2);
  running.defer(() => closeDatabase(db));
  const seeded = await seed(db);
  const output = openSync(logFile, "a");
  running.defer(() => closeSync(output));
  const app = await step("Starting the app", () => startApp({}, root, output));
  running.defer(app.stop);
  const values = secrets.map(([, value]) => value);
  return {
    db,
    serverUrl: database.serverUrl,
    app,
    port: Number(new URL(app.url).port),
    logFile,
    ...seeded,
    secrets: values,
  };
}
