// `npm test`: everything. Unit and database tests (embedded Postgres, or the server that
// TEST_DATABASE_URL names), then journeys in a real browser against `npm start` itself.
// `npm test -- --database` leaves the journeys out. `npm run test:vercel` runs what Vercel would run
// instead of all that, and needs a real Postgres: TEST_DATABASE_URL, or initdb. `npm run test:faults` kills and
// starves instances and databases of its own, twenty times each; with `--short` three times. Ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { startPostgres } from "@/lib/testing/postgres-server";
import { buildApp, isBuilt } from "./build-app.ts";
import { findBrowser } from "./find-browser.ts";
import { type Count, playwrightCount, reportsDirectory, vitestCount } from "./test-reports.ts";

const root = path.dirname(import.meta.dirname);
const withoutJourneys = process.argv.includes("--database");
const form = ["vercel", "faults", "database"].find((name) => process.argv.includes(`--${name}`)) ?? "all";
/** Kept for `npm run test:security`; each form has its own, as two may run side by side. */
const reports = path.join(root, reportsDirectory, form);
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

/** Runs a test runner from node_modules on this Node, its output on ours. A runner that counted nothing has failed. */
function run(label: string, script: string, args: string[], env: Record<string, string>, count: () => Count): Count {
  process.stdout.write(`\n• ${label}\n`);
  const { status } = spawnSync(process.execPath, [path.join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  try {
    const counted = count();
    if (status === 0 || counted.failed > 0) return counted;
    return { ...counted, failed: 1, failures: [`${label} ended with ${status}`] };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: [`${label} left no report`] };
  }
}

function report(name: string): string {
  return path.join(reports, name);
}

function vitest(label: string, projects: string[], env: Record<string, string> = {}): Count {
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report("vitest.json")}`];
  args.push(...projects.flatMap((name) => ["--project", name]));
  return run(label, "vitest/vitest.mjs", args, env, () => vitestCount(report("vitest.json"), root));
}

/** One project, on a Postgres that is there or is started for it. */
async function onPostgres(label: string, project: string, added: Record<string, string>): Promise<Count> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? null : await startPostgres();
  try {
    return vitest(label, [project], { ...added, TEST_DATABASE_URL: given ?? server?.url ?? "" });
  } finally {
    await server?.stop();
  }
}

const functions = () => onPostgres("Functions, as Vercel runs them", "vercel", { TEST_VERCEL: "1" });

async function faults(): Promise<Count> {
  // Each file would build it, at the same time and in the same place.
  if (!isBuilt(root)) await buildApp(root);
  const [form, rounds] = process.argv.includes("--short") ? ["short", "3"] : ["full", "20"];
  return await onPostgres("Faults", "faults", { TEST_FAULTS: form, FAULT_ROUNDS: rounds });
}

function journeys(): Count {
  const browser = findBrowser(root);
  const env = {
    FLOWLATCH_TEST_BROWSER: browser ?? "",
    PLAYWRIGHT_JSON_OUTPUT_NAME: report("playwright.json"),
  };
  const args = ["test", "--reporter=list,json"];
  return run("Journeys in a browser", "@playwright/test/cli.js", args, env, () =>
    playwrightCount(report("playwright.json")),
  );
}

const label = "Unit and database tests";
async function all(): Promise<Count[]> {
  if (form === "vercel") return [await functions()];
  if (form === "faults") return [await faults()];
  return withoutJourneys ? [vitest(label, ["db", "postgres"])] : [vitest(label, []), journeys()];
}
const counts = await all();
for (const line of counts.flatMap(({ failures }) => failures)) process.stdout.write(`\n${line}\n`);
const sum = (key: Exclude<keyof Count, "failures">) => counts.reduce((total, count) => total + count[key], 0);
const failed = sum("failed") + (sum("passed") === 0 ? 1 : 0);
process.stdout.write(
  `\n${sum("passed")} passed, ${failed} failed${sum("skipped") ? `, ${sum("skipped")} skipped` : ""}\n`,
);
process.exit(failed === 0 ? 0 : 1);
