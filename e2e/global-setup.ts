import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const startTimeoutMs = 300_000;

function freePort(): Promise<number> {
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
function addressOf(server: ChildProcess): Promise<string> {
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

/**
 * Runs what a person runs: `npm start`, on an empty data directory of its own. What the journeys need
 * to know of it goes into the environment, which Playwright hands to its workers.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), "flowlatch-e2e-"));
  const port = await freePort();
  const { DATABASE_URL: _, ...environment } = process.env;
  const server = spawn("npm", ["start"], {
    cwd: root,
    env: { ...environment, PORT: String(port), FLOWLATCH_DATA_DIR: dataDirectory, FLOWLATCH_LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stopped = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const stop = async () => {
    if (server.pid && server.exitCode === null) process.kill(-server.pid, "SIGTERM");
    await stopped;
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  try {
    const address = await addressOf(server);
    process.env.E2E_BASE_URL = new URL(address).origin;
    process.env.E2E_SETUP_URL = address;
    process.env.E2E_DATA_DIR = dataDirectory;
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
