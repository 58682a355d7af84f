// `npm run bench`: what the guard costs, beside handlers that guard nothing, in one run on this machine. Needs no
// setting and leaves nothing behind. `npm run bench -- calls streams` measures these alone; with `--write` what was
// measured takes the place of what docs/benchmarks.md had of it.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
import { calls } from "./bench/calls.ts";
import { coldStart } from "./bench/cold-start.ts";
import { crowd } from "./bench/crowd.ts";
import { page } from "./bench/page.ts";
import { startPortkey } from "./bench/portkey.ts";
import { profile } from "./bench/profile.ts";
import {
  buildFloor,
  type Running,
  type Servers,
  startApp,
  startOwnPostgres,
  startProvider,
  startRedis,
  startServer,
} from "./bench/servers.ts";
import { bySize } from "./bench/sizes.ts";
import { soak } from "./bench/soak.ts";
import { streams } from "./bench/streams.ts";
import { buildApp, isBuilt } from "./build-app.ts";
import { root } from "./deployment.ts";
import { step } from "./steps.ts";
import { StopError } from "./stop-error.ts";

const measures: Record<string, { label: string; measure: (db: Database, servers: Servers) => Promise<string> }> = {
  calls: { label: "Measuring calls", measure: calls },
  profile: { label: "Measuring where the time goes", measure: profile },
  crowd: { label: "Measuring a crowd of bad tokens", measure: crowd },
  streams: { label: "Measuring streams", measure: streams },
  start: { label: "Measuring starts", measure: coldStart },
  page: { label: "Measuring the keys page", measure: page },
  soak: { label: "Measuring memory for ten minutes", measure: soak },
  // Last, as it fills the database.
  sizes: { label: "Measuring with up to a million keys", measure: bySize },
};

const scratch = mkdtempSync(path.join(tmpdir(), "flowlatch-bench-"));
/** In the order it was started. */
const running: Running[] = [];

async function started<Started extends Running | null>(start: Promise<Started>): Promise<Started> {
  const one = await start;
  if (one) running.push(one);
  return one;
}

function chosen() {
  const named = process.argv.slice(2).filter((argument) => argument !== "--write");
  const unknown = named.filter((name) => !(name in measures));
  if (unknown.length > 0) {
    throw new StopError(`There is nothing to measure under “${unknown[0]}”: ${Object.keys(measures).join(", ")}.`);
  }
  return Object.entries(measures).filter(([name]) => named.length === 0 || named.includes(name));
}

async function bench(): Promise<void> {
  const asked = chosen();
  for (const name of ["SESSION_SECRET", "PEPPER", "ENCRYPTION_KEY"]) {
    process.env[`FLOWLATCH_${name}`] = randomBytes(32).toString("base64");
  }
  Object.assign(process.env, { FLOWLATCH_TRUSTED_PROXIES: "1", FLOWLATCH_LOG_LEVEL: "silent", REDIS_URL: "" });
  const server = await step("Starting a database", () => started(startServer()));
  const database = server ?? (await started(startOwnPostgres(scratch)));
  process.env.DATABASE_URL = database.url;
  await prepareDatabase({ root, url: database.url, isShared: server !== null });
  if (!isBuilt(root)) await step("Building the app", () => buildApp(root));
  const floorDirectory = await step("Building what it is compared with", buildFloor);
  const redis = await started(startRedis());
  const provider = await started(startProvider());
  const app = await step("Starting the app", () => started(startApp({})));
  const appWithRedis = redis && (await started(startApp({ REDIS_URL: redis.url })));
  const ofFloor = { BENCH_PROVIDER: provider.url, BENCH_DATABASE: database.url };
  const floor = await started(startApp(ofFloor, floorDirectory));
  const portkey = asked.some(([name]) => name === "calls")
    ? await step("Starting Portkey's gateway", () => started(startPortkey()))
    : null;
  const db = openDatabase(database.url, 2);
  try {
    const parts: string[] = [];
    const failures: string[] = [];
    for (const [name, { label, measure }] of asked) {
      try {
        parts.push(await step(label, () => measure(db, { database, app, appWithRedis, floor, provider, portkey })));
      } catch (error) {
        failures.push(`${name}: ${error instanceof StopError ? error.message : (error as Error).stack}`);
      }
    }
    if (parts.length > 0) report(parts, server ? "a Postgres server" : "the embedded Postgres", redis !== null);
    if (failures.length > 0) throw new StopError(`Not measured:\n${failures.join("\n")}`);
  } finally {
    await closeDatabase(db);
  }
}

const reportFile = path.join(root, "docs/benchmarks.md");

/** What stands in the report beside the figures is written by hand, above this line. */
const figuresBegin = "<!-- figures: npm run bench -- --write -->";

function report(parts: string[], database: string, hasRedis: boolean): void {
  const cores = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"})`;
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${date}, Node ${process.versions.node}, ${cores}, ${database}${hasRedis ? "" : ", no Redis"}; load, stand-in of the model and database on the same machine.`;
  const measured = parts.map((part) => `${part.trimEnd()}\n\n${machine}\n`);
  process.stdout.write(`\n${measured.join("\n")}`);
  if (!process.argv.includes("--write")) return;
  const [words = "", figures = ""] = readFileSync(reportFile, "utf8").split(figuresBegin);
  const sections = new Map(
    [...figures.trim().split(/\n(?=## )/), ...measured].map((part) => [headOf(part), part.trim()]),
  );
  writeFileSync(reportFile, `${words}${figuresBegin}\n\n${[...sections.values()].join("\n\n")}\n`);
}

const headOf = (section: string) => section.trim().split("\n", 1)[0];

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
