import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sizeOf, stageFunction } from "./output.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** A function of the Build Output that runs where there is nothing but its own files. */
export interface RunningFunction {
  url: string;
  /** From the start of its process until it can be called. */
  loadMs: number;
  /** Bytes of all its files. */
  size: number;
  /** What it has written to its output, its log above all. */
  output(): string;
  /** Resolves when the runtime may freeze it: all is answered, and nothing is left that it was asked to wait for. */
  idle(): Promise<void>;
  /** Ends it with no time for anything. */
  kill(): Promise<void>;
}

interface FunctionOptions {
  output: string;
  route: string;
  environment: Record<string, string>;
}

/** Starts the function of a route, such as `api/v1/prediction/[chatflowId]`. */
export async function startFunction({ output, route, environment }: FunctionOptions): Promise<RunningFunction> {
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-function-"));
  const { handler } = stageFunction(root, output, route, directory);
  const begun = performance.now();
  const script = path.join(import.meta.dirname, "run-function.ts");
  const child = spawn(process.execPath, [script, directory, handler, `/${route}`], {
    cwd: directory,
    // Nothing of this process's own: a deployment has what is set for it.
    env: { PATH: process.env.PATH, HOME: directory, NODE_ENV: "production", VERCEL: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let written = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (written += String(chunk)));
  const port = await portOf(child, () => written);
  return {
    url: `http://127.0.0.1:${port}`,
    loadMs: performance.now() - begun,
    size: sizeOf(directory),
    output: () => written,
    idle: async () => void (await once(child, "message")),
    async kill() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function portOf(child: ChildProcess, written: () => string): Promise<number> {
  const ended = once(child, "exit").then(() => {
    throw new Error(`The function ended before it served:\n${written()}`);
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  return (message as { port: number }).port;
}
