import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { addressOf, freePort, spawnStart } from "./start-server";

/**
 * Runs what a person runs: `npm start`, on an empty data directory of its own. What the journeys need
 * to know of it goes into the environment, which Playwright hands to its workers.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), "flowlatch-e2e-"));
  const server = spawnStart(await freePort(), dataDirectory);
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
