import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type NetConnectOpts } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Holder, type HolderKind, holderOf } from "./data-lock.ts";
import { StopError } from "./stop-error.ts";

/** What the child process of the embedded Postgres tells its parent. */
export type EmbeddedReport =
  | { type: "ready"; url: string }
  | { type: "held"; holder: Holder }
  | { type: "failed"; message: string };

export interface EmbeddedPostgres {
  /** Address for pg and Prisma. */
  url: string;
  /** Null when the database belongs to another process. */
  child: ChildProcess | null;
  /** Closes the database if it is ours. */
  stop(): Promise<void>;
}

/**
 * How long a holder of the data directory that may let go is waited for: a command, a server on its
 * way in or out. A first opening on a busy machine was seen to take 25 seconds.
 */
const patienceMs = 60_000;

/** Runs the embedded Postgres; not there where Flowlatch comes without one, as in a container. */
export const embeddedScript = path.join(import.meta.dirname, "embedded-postgres.ts");

/** Starts the child and waits for its first word. */
async function launch(
  dataDirectory: string,
  kind: HolderKind,
): Promise<{ child: ChildProcess; report: EmbeddedReport }> {
  const child = spawn(process.execPath, [embeddedScript, dataDirectory, kind], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  } as Parameters<typeof spawn>[2]);
  const report = await new Promise<EmbeddedReport>((resolve) => {
    child.once("message", (message) => resolve(message as EmbeddedReport));
    child.once("exit", (code, signal) =>
      resolve({ type: "failed", message: `its process ended (${signal ?? `exit code ${code}`})` }),
    );
  });
  return { child, report };
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    if (child.connected) child.send("stop");
  });
}

/**
 * Opens the directory, or tells who has it.
 * @throws StopError when it cannot be opened
 */
async function open(dataDirectory: string, kind: HolderKind): Promise<EmbeddedPostgres | Holder> {
  const { child, report } = await launch(dataDirectory, kind);
  if (report.type === "held") return report.holder;
  if (report.type === "ready") return { url: report.url, child, stop: () => stopChild(child) };
  throw new StopError(`The embedded database could not be opened: ${report.message}.`);
}

/**
 * Opens the embedded Postgres of a data directory in a child process.
 * @throws StopError when another server holds the directory, or it cannot be opened
 */
export async function startEmbedded(dataDirectory: string, kind: HolderKind): Promise<EmbeddedPostgres> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const opened = await open(dataDirectory, kind);
    if ("url" in opened) return opened;
    // A server that still answers will not go away; a command, or a server closing, will.
    if ((await serverAddress(dataDirectory)) !== null || Date.now() > deadline) {
      throw new StopError(
        `The data in ${dataDirectory} is in use by another Flowlatch (process ${opened.pid}). Stop it, or set FLOWLATCH_DATA_DIR to another directory.`,
      );
    }
    await sleep(250);
  }
}

function answers(target: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/**
 * The address of the database that a server has open on this directory, or null. A command's is
 * not offered: it closes when that command is done.
 */
async function serverAddress(dataDirectory: string): Promise<string | null> {
  if (holderOf(dataDirectory)?.kind !== "server") return null;
  try {
    const address = readFileSync(path.join(dataDirectory, "address"), "utf8");
    const url = new URL(address);
    const directory = url.searchParams.get("host");
    const target = directory
      ? { path: path.join(directory, ".s.PGSQL.5432") }
      : { host: url.hostname, port: Number(url.port) };
    return (await answers(target)) ? address : null;
  } catch {
    return null;
  }
}

/**
 * The embedded Postgres for a command: the one a running server has open, or our own for the duration.
 * @throws StopError when it cannot be opened or reached
 */
export async function joinEmbedded(dataDirectory: string): Promise<EmbeddedPostgres> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const address = await serverAddress(dataDirectory);
    if (address) return { url: address, child: null, stop: async () => {} };
    // A server that is just opening its database is waited for, and so is another command.
    const holder = holderOf(dataDirectory);
    const opened = holder ? null : await open(dataDirectory, "command");
    if (opened && "url" in opened) return opened;
    if (Date.now() > deadline) {
      throw new StopError(
        `The data in ${dataDirectory} is in use by another process (${(holder ?? opened)?.pid}), which does not let go.`,
      );
    }
    await sleep(250);
  }
}
