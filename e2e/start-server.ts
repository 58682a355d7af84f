import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const startTimeoutMs = 300_000;

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Waits for the one address that `npm start` prints. */
export function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const onOutput = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Open (http\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    };
    server.stdout?.on("data", onOutput);
    server.stderr?.on("data", onOutput);
    server.once("exit", () => reject(new Error(`The server ended before it served:\n${output}`)));
    setTimeout(() => reject(new Error(`The server was not ready in time:\n${output}`)), startTimeoutMs).unref();
  });
}

/** What a server of the journeys is started with: nothing of the database this shell may have, and all it can log. */
export function serverEnvironment(added: Record<string, string>): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...environment } = process.env;
  return { ...environment, FLOWLATCH_LOG_LEVEL: "debug", ...added };
}

/** Arguments for Node that run a command of the project, as its npm scripts do. */
export function bootstrapCommand(...command: string[]): string[] {
  return [path.join(root, "bin/bootstrap.mjs"), ...command];
}

/** What `npm start` runs: npm's own shell between makes no exit code of it when a signal comes. */
export const bootstrap: [string, string[]] = [process.execPath, bootstrapCommand("start")];

/** Runs what a person runs, `npm start`, in a process group of its own. */
export function spawnStart(
  port: number,
  dataDirectory: string,
  [program, args]: [string, string[]] = ["npm", ["start"]],
): ChildProcess {
  return spawn(program, args, {
    cwd: root,
    env: serverEnvironment({ PORT: String(port), FLOWLATCH_DATA_DIR: dataDirectory }),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}
