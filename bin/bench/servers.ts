import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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
  stop(): Promise<void>;
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
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop: () => end(child, "SIGINT") };
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
  return { url: `redis://127.0.0.1:${port}`, stop: () => end(child, "SIGTERM") };
}

/** The built app, as `npm start` serves it. */
export async function startApp(env: Record<string, string>): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(root, "bin/serve.ts"), "start", "127.0.0.1", String(port), "5"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  const [report] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [ServeReport | number];
  if (typeof report !== "object" || report?.type !== "listening") throw new StopError("The app did not start.");
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.send("stop");
      await once(child, "exit");
    },
  };
}
