import { readFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/** Where `npm test` leaves what its runners reported, from the project's root. Playwright empties its own test-results/. */
export const reportsDirectory = ".test-reports";

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
  /** Each failed test and why, for the end of the output. */
  failures: string[];
}

/** A failed test on one line and, under it, the first lines of why. */
function failure(name: string, why = ""): string {
  const lines = stripVTControlCharacters(why).split("\n");
  return [`✗ ${name}`, ...lines.filter((line) => line.trim() && !line.includes("node_modules")).slice(0, 8)].join(
    "\n    ",
  );
}

/** A test that ran, as a report has it. */
export interface Ran {
  /** From the project's root. */
  file: string;
  /** Its own, and those of the groups that it stands in. */
  titles: string[];
  status: "passed" | "failed" | "skipped";
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    message: string;
    assertionResults: {
      title: string;
      ancestorTitles: string[];
      fullName: string;
      status: string;
      failureMessages: string[];
    }[];
  }[];
}

interface Reason {
  message?: string;
}

interface Suite {
  specs: { file: string; title: string; ok: boolean; tests: { results: { status: string; errors: Reason[] }[] }[] }[];
  suites?: Suite[];
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  suites: Suite[];
  errors: Reason[];
}

/** Those that did not run, as what they depend on failed, have no errors. */
function failedSpecs({ specs, suites = [] }: Suite): string[] {
  const failed = specs.flatMap(({ file, title, ok, tests }) => {
    const [reason] = tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors));
    return ok || !reason ? [] : [failure(`e2e/${file} › ${title}`, reason.message)];
  });
  return [...failed, ...suites.flatMap(failedSpecs)];
}

/**
 * What vitest's JSON reporter wrote.
 * @param root what the files of tests are named from
 * @throws Error without such a report
 */
export function vitestCount(file: string, root: string): Count {
  const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  const failures = report.testResults.flatMap(({ name, message, assertionResults }) => {
    const place = path.relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === "failed");
    return [
      ...(message ? [failure(place, message)] : []),
      ...failed.map(({ fullName, failureMessages }) => failure(`${place} › ${fullName}`, failureMessages[0])),
    ];
  });
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = report;
  return { passed, failed, skipped, failures };
}

/**
 * What Playwright's JSON reporter wrote.
 * @throws Error without such a report
 */
export function playwrightCount(file: string): Count {
  const { stats, suites, errors } = JSON.parse(readFileSync(file, "utf8")) as PlaywrightReport;
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: [...errors.map(({ message }) => failure("e2e", message)), ...suites.flatMap(failedSpecs)],
  };
}

/** What is neither passed nor failed did not run: skipped, pending, to do. */
function statusOf(status: string): Ran["status"] {
  return status === "passed" || status === "failed" ? status : "skipped";
}

/**
 * Every test of a report of vitest's.
 * @throws Error without such a report
 */
export function vitestRan(file: string, root: string): Ran[] {
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, ancestorTitles, status }) => ({
      file: path.relative(root, name),
      titles: [title, ...ancestorTitles],
      status: statusOf(status),
    })),
  );
}

function ranOf({ specs, suites = [] }: Suite): Ran[] {
  const own = specs.map(({ file, title, ok, tests }): Ran => {
    const hasRun = tests.some(({ results }) => results.some(({ status }) => status !== "skipped"));
    return { file: `e2e/${file}`, titles: [title], status: hasRun ? (ok ? "passed" : "failed") : "skipped" };
  });
  return [...own, ...suites.flatMap(ranOf)];
}

/**
 * Every test of a report of Playwright's.
 * @throws Error without such a report
 */
export function playwrightRan(file: string): Ran[] {
  return (JSON.parse(readFileSync(file, "utf8")) as PlaywrightReport).suites.flatMap(ranOf);
}
