// `npm start` and `npm run dev`: from secrets to a server that answers, saying what is being done.
import { type ChildProcess, spawn } from "node:child_process";
import { buildApp, isBuilt } from "./build-app.ts";
import { applySecrets, openPostgres, readSettings, root, type Settings } from "./deployment.ts";
import { firstPage } from "./first-page.ts";
import type { ServeReport } from "./serve.ts";
import { serveCommand } from "./serve-command.ts";
import { step } from "./steps.ts";
import { StopError } from "./stop-error.ts";

const isDev = process.argv[2] === "dev";

/** What runs already, in the order it was started. Ended the other way round. */
const running: { stop(): Promise<void>; kill(): void }[] = [];
let stoppingSince: number | null = null;

async function shutDown(code: number): Promise<void> {
  if (stoppingSince !== null) return;
  stoppingSince = Date.now();
  for (const part of running.reverse()) await part.stop();
  process.exit(code);
}

function onSignal(): void {
  // A terminal sends to every process and npm and the bootstrap pass it on: one Ctrl-C may arrive three times.
  if (stoppingSince !== null && Date.now() - stoppingSince > 1_000) {
    for (const part of running) part.kill();
    process.exit(1);
  }
  if (stoppingSince === null) process.stderr.write("\nStopping. Press Ctrl-C again to stop at once.\n");
  void shutDown(0);
}

/** A child that ends by itself takes the rest with it: half a Flowlatch helps nobody. */
function watch(child: ChildProcess, name: string): void {
  child.once("exit", (code, signal) => {
    if (stoppingSince !== null) return;
    process.stderr.write(`The ${name} ended (${signal ?? `exit code ${code}`}). Everything else is stopped too.\n`);
    void shutDown(1);
  });
}

async function openDatabase(settings: Settings): Promise<void> {
  const embedded = await openPostgres(settings, "server");
  if (!embedded?.child) return;
  const { child } = embedded;
  // Not killed when in a hurry: it closes by itself once this process is gone, and cleanly.
  running.push({ stop: embedded.stop, kill: () => {} });
  watch(child, "embedded database");
}

async function serve(settings: Settings): Promise<void> {
  const { FLOWLATCH_HOST: host, PORT: port } = settings;
  const { args, env } = serveCommand(settings, isDev ? "dev" : "start");
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit", "ipc"], env });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  running.push({
    stop: async () => {
      if (child.connected) child.send("stop");
      await ended;
    },
    kill: () => child.kill("SIGKILL"),
  });
  const report = await Promise.race([
    new Promise<ServeReport>((resolve) => child.once("message", (message) => resolve(message as ServeReport))),
    ended.then((): ServeReport => ({ type: "failed", code: "exit", message: "its process ended" })),
  ]);
  if (report.type === "listening") return watch(child, "server");
  throw new StopError(
    report.code === "EADDRINUSE"
      ? `Port ${port} on ${host} is in use by another program. Stop it, or set PORT to another number.`
      : `The server could not be started on ${host}, port ${port}: ${report.message}.`,
  );
}

async function main(): Promise<void> {
  const settings = readSettings();
  applySecrets(settings, isDev);
  if (settings.DATABASE_URL) await openDatabase(settings);
  else await step("Opening the embedded database", () => openDatabase(settings));
  const page = await step("Bringing the database up to date", () => firstPage(settings));
  if (!isDev && !isBuilt(root)) await step("Building the app", () => buildApp(root));
  await step("Starting the server", () => serve(settings));
  process.stdout.write(`\nFlowlatch is running. Open ${page}\n`);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
// The bootstrap is gone, however it ended.
process.on("disconnect", () => void shutDown(1));

main().catch((error: unknown) => {
  if (stoppingSince !== null) return;
  const text = error instanceof StopError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`\n${text}\n`);
  void shutDown(1);
});
