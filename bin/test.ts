// `npm test`: everything. Unit and database tests (embedded Postgres, or the server that
// TEST_DATABASE_URL names), then journeys in a real browser against `npm start` itself.
// `npm test -- --database` leaves the journeys out. Ends with "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findBrowser } from "./find-browser.ts";

const root = path.dirname(import.meta.dirname);
const withoutJourneys = process.argv.includes("--database");
const reports = mkdtempSync(path.join(tmpdir(), "flowlatch-test-"));

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

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
    return status === 0 || counted.failed > 0 ? counted : { ...counted, failed: counted.failed + 1 };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function report(name: string): string {
  return path.join(reports, name);
}

function readReport<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(report(name), "utf8")) as Shape;
}

function units(): Count {
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report("vitest.json")}`];
  if (withoutJourneys) args.push("--project", "db", "--project", "postgres");
  return run("Unit and database tests", "vitest/vitest.mjs", args, {}, () => {
    const { numPassedTests, numFailedTests, numPendingTests } = readReport<Record<string, number>>("vitest.json");
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 1, skipped: numPendingTests ?? 0 };
  });
}

function journeys(): Count {
  const browser = findBrowser(root);
  const env = {
    FLOWLATCH_TEST_BROWSER: browser ?? "",
    PLAYWRIGHT_JSON_OUTPUT_NAME: report("playwright.json"),
  };
  const args = ["test", "--reporter=list,json"];
  return run("Journeys in a browser", "@playwright/test/cli.js", args, env, () => {
    const { stats } = readReport<{ stats: Record<string, number> }>("playwright.json");
    return {
      passed: stats.expected ?? 0,
      failed: (stats.unexpected ?? 1) + (stats.flaky ?? 0),
      skipped: stats.skipped ?? 0,
    };
  });
}

const counts = withoutJourneys ? [units()] : [units(), journeys()];
rmSync(reports, { recursive: true, force: true });
const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
const failed = sum("failed") + (sum("passed") === 0 ? 1 : 0);
process.stdout.write(
  `\n${sum("passed")} passed, ${failed} failed${sum("skipped") ? `, ${sum("skipped")} skipped` : ""}\n`,
);
process.exit(failed === 0 ? 0 : 1);
