import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@/lib/testing/free-port";
import { root } from "../deployment.ts";
import { startEmbedded } from "../embedded.ts";
import type { ServeReport } from "../serve.ts";
import { StopError } from "../stop-error.ts";

export interface Running {
  url: string;
  /** Undefined for what runs in this process. */
  pid?: number | undefined;
  stop(): Promise<void>;
}

/** What a run measures, each a process of its own. */
export interface Servers {
  database: Running;
  app: Running;
  /** The same with its counters in Redis; null where there is none. */
  appWithRedis: Running | null;
  /** What the app is compared with (bin/bench/floor). */
  floor: Running;
  provider: Running;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

/** Where Debian and its kin keep the server's programs, newest first. */
function postgresPrograms(): string | null {
  const parent = "/usr/lib/postgresql";
  try {
    const versions = readdirSync(parent).sort((a, b) => Number(b) - Number(a));
    return versions[0] ? path.join(parent, versions[0], "bin") : null;
  } catch {
    return null;
  }
}

/** The id of the user that the server runs as: it refuses to be root. Undefined for this one. */
function postgresUser(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return Number(spawnSync("id", ["-u", "postgres"], { encoding: "utf8" }).stdout) || undefined;
}

/** A Postgres server with its usual guarantees on an empty database; null where this machine has none. */
export async function startPostgres(scratch: string): Promise<Running | null> {
  const programs = postgresPrograms();
  const uid = postgresUser();
  if (!programs || (process.getuid?.() === 0 && uid === undefined)) return null;
  const home = path.join(scratch, "postgres");
  mkdirSync(home);
  if (uid !== undefined) chownSync(home, uid, -1);
  const data = path.join(home, "data");
  const as = { cwd: "/", ...(uid !== undefined && { uid }), stdio: "ignore" as const };
  const made = spawnSync(
    path.join(programs, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
    as,
  );
  if (made.status !== 0)
    throw new StopError("The Postgres of this machine could not make a database: see what initdb says.");
  const port = await freePort();
  const args = ["-D", data, "-p", String(port), "-k", home, "-c", "listen_addresses=127.0.0.1"];
  const child = spawn(path.join(programs, "postgres"), args, as);
  const isReady = () =>
    spawnSync(path.join(programs, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port)]).status === 0;
  while (!isReady()) {
    if (child.exitCode !== null) throw new StopError("The Postgres of this machine did not start.");
    await sleep(100);
  }
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  return { url, pid: child.pid, stop: () => end(child, "SIGINT") };
}

/** The Postgres that Flowlatch brings along. */
export async function startOwnPostgres(scratch: string): Promise<Running> {
  const { url, stop } = await startEmbedded(path.join(scratch, "embedded"), "server");
  return { url, stop };
}

/** A Redis that keeps nothing on disk; null where this machine has none. */
export async function startRedis(): Promise<Running | null> {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return null;
  const port = await freePort();
  const args = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", "/tmp"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid, stop: () => end(child, "SIGTERM") };
}

/**
 * Builds what the app is compared with: handlers of the same Next, served by the same server.
 * @returns its directory
 * @throws StopError with the build's own output when it fails
 */
export async function buildFloor(): Promise<string> {
  const directory = path.join(root, "bin/bench/floor");
  const next = path.join(root, "node_modules/next/dist/bin/next");
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build", directory], { env, encoding: "utf8" });
  if (status !== 0) throw new StopError(`What the app is compared with could not be built:\n${stdout}${stderr}`);
  return directory;
}

/** A model's stand-in that answers at once. */
export async function startProvider(): Promise<Running> {
  const child = fork(path.join(root, "bin/bench/provider.ts"));
  const [port] = (await once(child, "message")) as [number];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => end(child, "SIGTERM") };
}

/**
 * A built app, as `npm start` serves it.
 * @param directory where it was built: ours, or another of this project's
 * @param output the file descriptor of all it writes; its errors alone are shown where there is none
 */
export async function startApp(env: Record<string, string>, directory = root, output?: number): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(root, "bin/serve.ts"), "start", "127.0.0.1", String(port), "5"], {
    cwd: directory,
    stdio: ["ignore", output ?? "ignore", output ?? "inherit", "ipc"],
    env: { ...process.env, ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  const [report] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [ServeReport | number];
  if (typeof report !== "object" || report?.type !== "listening") throw new StopError("The app did not start.");
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    stop: async () => {
      child.send("stop");
      await once(child, "exit");
    },
  };
}
