import type { Command } from "commander";
import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { print } from "./answer.ts";

const marks = { ok: "✔", warning: "!", failure: "✘" };

function told(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .map(({ what, state, seen, advice }) => {
      const line = `${marks[state]} ${what.padEnd(width)}  ${seen}`;
      return advice === undefined ? line : `${line}\n${" ".repeat(width + 4)}→ ${advice}`;
    })
    .join("\n");
}

/** `flowlatch doctor`; exits with 1 when something does not work. */
export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("examine this deployment: database, migrations, secrets, clock, Redis, providers, addresses")
    .option("--providers", "call each model provider, with its credential")
    .action(async ({ providers = false }: { providers?: boolean }, command: Command) => {
      const findings = await examine(providers);
      const isWell = findings.every(({ state }) => state !== "failure");
      print({ json: { ok: isWell, findings }, text: told(findings) }, command);
      if (!isWell) process.exitCode = 1;
    });
}
