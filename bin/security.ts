// `npm run test:security`: each line of docs/security.md with what became of its tests, 100,000 hostile requests, a
// search for every token made, packages and licences. `-- --short` takes what `npm test` has just reported and sends a
// few thousand; `--requests N` and `--seed N` make a finding again, `--without-table` leaves the table out. Needs a real
// Postgres: TEST_DATABASE_URL, or one installed. Ends with "N passed, N failed".
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { root } from "./deployment.ts";
import { fuzz, hasGrown } from "./security/fuzz.ts";
import { advisories, isAllowed, productionPackages, withUnknownScripts } from "./security/packages.ts";
import { type Stage, startStage } from "./security/stage.ts";
import { sweep } from "./security/sweep.ts";
import { judge, reportedTests, runNamedTests } from "./security/table.ts";
import { step } from "./steps.ts";
import { StopError } from "./stop-error.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    requests: { type: "string" },
    seed: { type: "string" },
    "without-table": { type: "boolean", default: false },
  },
});
const count = Number(values.requests ?? (values.short ? 2_000 : 100_000));
// The short form stands between a change and main: it sends the same each time, the full one looks further.
const seed = Number(values.seed ?? (values.short ? 1 : randomInt(2 ** 31)));
const shownFindings = 10;
const counted = { passed: 0, failed: 0 };

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Counts what holds, or does not, and says so. */
function check(label: string, isHeld: boolean, why: string[] = []): void {
  counted[isHeld ? "passed" : "failed"]++;
  say(`${isHeld ? "✓" : "✗"} ${label}`);
  if (!isHeld) for (const line of why) say(`    ${line}`);
}

/** What a terminal can show of bytes, on one line. */
function shown(text: string): string {
  return JSON.stringify(text.length > 1_500 ? `${text.slice(0, 1_500)}…` : text);
}

async function table(databaseUrl: string): Promise<void> {
  say("\n• By requirement (docs/security.md)");
  const ran = values.short ? reportedTests() : await runNamedTests(databaseUrl);
  if (values.short && ran.length === 0) return say("· `npm test` has left no reports here. This was not checked.");
  for (const { about, holds, verdict, missing } of judge(ran)) {
    if (verdict === "in the journeys")
      say(`· ${about}: ${holds} (the rest of it runs in the journeys of \`npm test\`)`);
    else check(`${about}: ${holds}`, verdict === "passed", missing);
  }
}

async function hostile(stage: Stage): Promise<void> {
  say(`\n• Hostile requests, seed ${seed}`);
  const fuzzed = await step(`Sending ${count} hostile requests`, () => fuzz(stage, seed, count));
  const statuses = [...fuzzed.statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  say(`  ${fuzzed.requests} requests, answered with ${statuses.join(", ")}`);
  const why = fuzzed.findings
    .slice(0, shownFindings)
    .map(
      ({ what, index, request, answer }) =>
        `${what} (request ${index}): ${shown(request)}\n      was answered ${shown(answer)}`,
    );
  check("every one is answered in time, with no 5xx and nothing of the inside", fuzzed.findings.length === 0, [
    `${fuzzed.findings.length} were not; make them again with --requests ${count} --seed ${seed}`,
    ...why,
  ]);
  check("a stranger changes no row but what is counted of strangers", fuzzed.changed.length === 0, fuzzed.changed);
  check(`memory stays within bounds: ${fuzzed.memory.join(" MiB, then ")} MiB`, !hasGrown(fuzzed));
  for (const { what, found } of await sweep(stage)) check(what, found.length === 0, found);
}

function packages(): void {
  say("\n• Packages of production");
  const all = productionPackages(root);
  const name = ({ name: of, version, licence }: (typeof all)[number]) => `${of} ${version}: ${licence || "no licence"}`;
  const licences = Object.entries(Object.groupBy(all, ({ licence }) => licence));
  say(`  ${all.length}: ${licences.map(([licence, of]) => `${of?.length} ${licence}`).join(", ")}`);
  check(
    "each has a licence that we may pass it on under",
    all.every(isAllowed),
    all.filter((one) => !isAllowed(one)).map(name),
  );
  const unknown = withUnknownScripts(all);
  check("none runs a script at its installation that nobody has read", unknown.length === 0, unknown.map(name));
  const known = advisories(root);
  if (known)
    check(
      `npm audit knows of nothing grave: ${known.all} advisories, ${known.high} high or critical`,
      known.high === 0,
    );
  else
    say("· npm audit was not possible: the registry that npm is set to here has no advisories. This was not checked.");
}

const running = new AsyncDisposableStack();

async function abandon(code: number): Promise<void> {
  await running.disposeAsync().finally(() => process.exit(code));
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void abandon(130));
process.once("disconnect", () => void abandon(1));

async function security(): Promise<void> {
  if (!Number.isInteger(count) || count < 100) throw new StopError("--requests must be a whole number from 100 on.");
  if (!Number.isInteger(seed)) throw new StopError("--seed must be a whole number.");
  try {
    const stage = await startStage(running);
    await hostile(stage);
    packages();
    if (!values["without-table"]) await table(stage.serverUrl);
  } finally {
    await running.disposeAsync();
  }
  say(`\n${counted.passed} passed, ${counted.failed} failed`);
}

security().then(
  () => process.exit(counted.failed === 0 ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof StopError ? error.message : (error as Error).stack}\n`);
    say("0 passed, 1 failed");
    process.exit(1);
  },
);
