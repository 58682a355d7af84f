import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { freePort } from "@/lib/testing/free-port";
import { hasPostgres, startPostgres } from "@/lib/testing/postgres-server";
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
  /** Another gateway; null where npm does not bring it. */
  portkey: Running | null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

/** A Postgres server with its usual guarantees on an empty database; null where this machine has none. */
export async function startServer(): Promise<Running | null> {
  return hasPostgres() ? await startPostgres({ isDurable: true }) : null;
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
