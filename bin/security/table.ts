import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Named, securityTable } from "@/lib/testing/security-table";
import { root } from "../deployment.ts";
import { findBrowser } from "../find-browser.ts";
import { playwrightRan, type Ran, reportsDirectory, vitestRan } from "../test-reports.ts";

/** What became of a line, or of a test that it names. */
export type Verdict = "passed" | "failed" | "in the journeys";

export interface JudgedLine {
  about: string;
  holds: string;
  verdict: Verdict;
  /** The tests that failed or did not run. */
  missing: string[];
}

const isJourney = (file: string) => file.startsWith("e2e/");
/** It looks at what all journeys have left, so it runs with all of them: in `npm test`. */
const afterAll = "e2e/no-token-left.spec.ts";

function readAll(files: string[], read: (file: string) => Ran[]): Ran[] {
  return files.filter((file) => existsSync(file)).flatMap(read);
}

/** What `npm test` has just reported, in whatever form it ran; nothing where it left no reports. */
export function reportedTests(): Ran[] {
  const inForms = (name: string) => ["all", "database"].map((form) => path.join(root, reportsDirectory, form, name));
  return [
    ...readAll(inForms("vitest.json"), (file) => vitestRan(file, root)),
    ...readAll(inForms("playwright.json"), playwrightRan),
  ];
}

/** As it was given: what the app under attack is started with is for no test. */
const givenEnvironment = { ...process.env };

async function run(script: string, args: string[], env: Record<string, string | undefined>): Promise<void> {
  const options = { cwd: root, stdio: ["ignore", 2, 2] as ["ignore", 2, 2], env: { ...givenEnvironment, ...env } };
  const child = spawn(process.execPath, [path.join(root, "node_modules", script), ...args], options);
  const end = () => child.kill();
  process.once("exit", end);
  await once(child, "exit");
  process.off("exit", end);
}

/** The files that run the tests of a file: itself, or those that import what it exports. */
function runnersOf(file: string, tests: string[]): string[] {
  if (!file.endsWith("-spec.ts")) return [file];
  const name = path.basename(file, ".ts");
  return tests.filter((test) => readFileSync(path.join(root, test), "utf8").includes(`/${name}"`));
}

/**
 * Runs the files of all named tests: on the embedded database, races on a real server, journeys in a browser.
 * @param databaseUrl of that server
 */
export async function runNamedTests(databaseUrl: string): Promise<Ran[]> {
  const reports = path.join(root, reportsDirectory, "security");
  mkdirSync(reports, { recursive: true });
  const named = securityTable(root).flatMap(({ shownBy }) => shownBy);
  const tests = globSync("{app,bin,lib}/**/*.test.ts", { cwd: root });
  const files = [...new Set(named.flatMap(({ file = "" }) => (isJourney(file) ? [] : runnersOf(file, tests))))];
  const parts = [
    { report: "embedded.json", of: files.filter((file) => !file.endsWith(".pg.test.ts")), url: undefined },
    { report: "server.json", of: files.filter((file) => file.endsWith(".pg.test.ts")), url: databaseUrl },
  ];
  for (const { report, of, url } of parts) {
    const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${path.join(reports, report)}`];
    await run("vitest/vitest.mjs", ["run", ...reporters, ...of], { TEST_DATABASE_URL: url });
  }
  const journeys = named.filter(({ file = "" }) => isJourney(file) && file !== afterAll);
  const specs = [...new Set(journeys.map(({ file = "" }) => file))];
  const titles = journeys.map(({ title = "" }) => patternOf(title)).join("|");
  const report = path.join(reports, "playwright.json");
  const env = { FLOWLATCH_TEST_BROWSER: findBrowser(root) ?? "", PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const projects = ["--project=first-setup", "--project=journeys"];
  await run("@playwright/test/cli.js", ["test", "--reporter=dot,json", ...projects, "--grep", titles, ...specs], env);
  return [
    ...readAll(
      parts.map((part) => path.join(reports, part.report)),
      (file) => vitestRan(file, root),
    ),
    ...readAll([report], playwrightRan),
  ];
}

/** A title with what stands for a test's data (`%s`, `$name`, `${…}`) taken for anything. */
function patternOf(title: string): string {
  const parts = title.split(/\$\{[^}]*\}|\$\w+|%[sdifjo]/);
  return parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*");
}

function verdictOf({ file = "", title = "" }: Named, ran: Ran[]): Verdict {
  const pattern = new RegExp(`^${patternOf(title)}$`, "s");
  // What a spec file exports runs in the files that import it.
  const isThere = (one: Ran) =>
    (file.endsWith("-spec.ts") || one.file === file) && one.titles.some((own) => pattern.test(own));
  const found = ran.filter((one) => isThere(one) && one.status !== "skipped");
  if (found.length > 0) return found.every(({ status }) => status === "passed") ? "passed" : "failed";
  return file === afterAll ? "in the journeys" : "failed";
}

/**
 * Judges each line by the tests that it names: a test that did not run is as good as failed.
 * @param ran what has run
 */
export function judge(ran: Ran[]): JudgedLine[] {
  return securityTable(root).map(({ about, holds, shownBy }) => {
    const verdicts = shownBy.map((named) => ({ named, verdict: verdictOf(named, ran) }));
    const missing = verdicts.filter(({ verdict }) => verdict === "failed").map(({ named }) => named.text);
    const isLater = verdicts.some(({ verdict }) => verdict === "in the journeys");
    return { about, holds, verdict: missing.length > 0 ? "failed" : isLater ? "in the journeys" : "passed", missing };
  });
}
