// `npm run bench`: what the guard costs, against a route handler that does nothing, in one run on this
// machine. Needs no setting and leaves nothing behind.
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
import { median, table } from "./bench/figures.ts";
import { measureFirstToken } from "./bench/first-token.ts";
import { connections, type Load, run } from "./bench/load.ts";
import { prepareLoads } from "./bench/loads.ts";
import { type Running, startApp, startOwnPostgres, startPostgres, startRedis } from "./bench/servers.ts";
import { buildApp, isBuilt } from "./build-app.ts";
import { root } from "./deployment.ts";
import { step } from "./steps.ts";
import { StopError } from "./stop-error.ts";

const rounds = 5;
const roundMs = 2_000;
const warmUpMs = 2_000;

const scratch = mkdtempSync(path.join(tmpdir(), "flowlatch-bench-"));
// The database's user must get to its directory in there.
chmodSync(scratch, 0o711);
/** In the order it was started. */
const running: Running[] = [];

async function started<Started extends Running | null>(start: Promise<Started>): Promise<Started> {
  const one = await start;
  if (one) running.push(one);
  return one;
}

/** Round by round and not load by load, so that what else this machine does strikes all of them alike. */
async function measureLoads(loads: Load[]): Promise<number[][]> {
  for (const load of loads) await run(load, warmUpMs);
  const rates: number[][] = loads.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, load] of loads.entries()) rates[index]?.push(await run(load, roundMs));
  }
  return rates;
}

function ratesTable(loads: Load[], rates: number[][]): string {
  const [bare = 0, free = 0] = rates.map(median);
  const rows = loads.map(({ name }, index) => {
    const each = rates[index] ?? [];
    const middle = median(each);
    const spread = `${Math.min(...each).toFixed(0)} to ${Math.max(...each).toFixed(0)}`;
    return [name, middle.toFixed(0), spread, (middle / bare).toFixed(2), (middle / free).toFixed(2)];
  });
  return table([["", "a second", "spread", "of bare", "of no limits"], ...rows]);
}

function firstTokenTable(results: Awaited<ReturnType<typeof measureFirstToken>>): string {
  const rows = results.map(({ kind, addedMs }) => [
    kind,
    median(addedMs).toFixed(2),
    `${Math.min(...addedMs).toFixed(2)} to ${Math.max(...addedMs).toFixed(2)}`,
  ]);
  return table([["", "ms added", "spread"], ...rows]);
}

async function bench(): Promise<void> {
  for (const name of ["SESSION_SECRET", "PEPPER", "ENCRYPTION_KEY"]) {
    process.env[`FLOWLATCH_${name}`] = randomBytes(32).toString("base64");
  }
  Object.assign(process.env, { FLOWLATCH_TRUSTED_PROXIES: "1", FLOWLATCH_LOG_LEVEL: "silent", REDIS_URL: "" });
  const server = await step("Starting a database", () => started(startPostgres(scratch)));
  const { url } = server ?? (await started(startOwnPostgres(scratch)));
  process.env.DATABASE_URL = url;
  await prepareDatabase({ root, url, isShared: server !== null });
  if (!isBuilt(root)) await step("Building the app", () => buildApp(root));
  const redis = await started(startRedis());
  const app = await step("Starting the app", () => started(startApp({})));
  const withRedis = redis && (await started(startApp({ REDIS_URL: redis.url })));
  const db = openDatabase(url, 2);
  try {
    await report(db, app.url, withRedis?.url ?? null, server ? "a Postgres server" : "the embedded Postgres");
  } finally {
    await closeDatabase(db);
  }
}

async function report(db: Database, app: string, withRedis: string | null, database: string): Promise<void> {
  const loads = await prepareLoads(db, app, withRedis);
  const rates = await step("Measuring calls", () => measureLoads(loads));
  const firstToken = await step("Measuring a model's first token", () => measureFirstToken(db));
  const machine = `Node ${process.versions.node}, ${cpus().length} cores, ${database}, load from the same machine`;
  process.stdout.write(`
${machine}.
Calls over ${connections} connections, each prediction with its search and its record; median of ${rounds} rounds.
All calls of a line are made with one key, so each waits for the same counter.${withRedis ? "" : " There is no redis-server here."}

${ratesTable(loads, rates)}

What the model engine adds to the provider's own first token, at the median.

${firstTokenTable(firstToken)}
`);
}

let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const one of running.reverse()) await one.stop();
  rmSync(scratch, { recursive: true, force: true });
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(130));
process.on("disconnect", () => void stop(1));
bench().then(
  () => stop(0),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof StopError ? error.message : (error as Error).stack}\n`);
    return stop(1);
  },
);
