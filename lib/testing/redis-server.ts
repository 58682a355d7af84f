import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "@/lib/testing/free-port";

/** A real Redis for tests, that keeps everything in memory. */
export interface TestRedis {
  url: string;
  /** Ends the server, as a crash would; what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  start(): Promise<void>;
  /** Lets it answer nothing more, with its connections open, until `resume`. */
  freeze(): void;
  resume(): void;
}

async function spawnServer(port: number): Promise<ChildProcess> {
  const options = { bind: "127.0.0.1", port, save: "", appendonly: "no", dir: "/tmp", daemonize: "no" };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    if (/ready to accept connections/i.test(line)) break;
  }
  if (child.exitCode !== null) throw new Error("redis-server ended before it served.");
  child.stdout.resume();
  return child;
}

/** Starts `redis-server`, which must be installed, on a free loopback port. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  let child = await spawnServer(port);
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    async start() {
      child = await spawnServer(port);
    },
    freeze: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
  };
}
