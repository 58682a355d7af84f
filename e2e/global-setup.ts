import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FullConfig } from "@playwright/test";
import { owner } from "./owner";
import { addressOf, bootstrapCommand, freePort, serverEnvironment, spawnStart } from "./start-server";
import { outputFileOf, rememberServers, type TestServer } from "./test-servers";

interface Running extends TestServer {
  stop(): Promise<void>;
}

/** Runs what a person runs: `npm start`, on an empty data directory of its own. */
async function start(): Promise<Running> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), "flowlatch-e2e-"));
  const server = spawnStart(await freePort(), dataDirectory);
  // Kept to be searched for tokens at the end.
  const output = createWriteStream(outputFileOf(dataDirectory));
  for (const stream of [server.stdout, server.stderr]) stream?.pipe(output, { end: false });
  const stopped = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const stop = async () => {
    if (server.pid && server.exitCode === null) process.kill(-server.pid, "SIGTERM");
    await stopped;
    output.end();
    for (const left of [dataDirectory, output.path]) rmSync(left, { recursive: true, force: true });
  };
  try {
    const setupUrl = await addressOf(server);
    return { origin: new URL(setupUrl).origin, setupUrl, dataDirectory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The account that the first journey creates on the first server, made by the command line on the others. */
function createOwner({ dataDirectory }: TestServer): void {
  const { name, email, password } = owner;
  const args = ["user", "create", "--email", email, "--name", name, "--password-stdin"];
  execFileSync(process.execPath, bootstrapCommand("cli", ...args), {
    env: serverEnvironment({ FLOWLATCH_DATA_DIR: dataDirectory }),
    input: password,
    stdio: ["pipe", "ignore", "inherit"],
  });
}

/**
 * One server a worker, so that journeys run side by side and none sees what another's has. They start
 * one after the other: the first builds the app, the others find it built.
 */
export default async function globalSetup({ workers }: FullConfig): Promise<() => Promise<void>> {
  const servers: Running[] = [];
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  try {
    while (servers.length < workers) servers.push(await start());
    for (const server of servers.slice(1)) createOwner(server);
  } catch (error) {
    await stop();
    throw error;
  }
  rememberServers(servers.map(({ origin, setupUrl, dataDirectory }) => ({ origin, setupUrl, dataDirectory })));
  return stop;
}
