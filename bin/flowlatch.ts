// `npm run -s flowlatch -- <command>`: the use cases of the dashboard, for deployments without a browser.
import { Command, CommanderError } from "commander";
import { toAppError } from "@/lib/errors";
import { addActivityCommands } from "./cli/activity.ts";
import { print } from "./cli/answer.ts";
import { addChatflowCommands } from "./cli/chatflow.ts";
import { migrateDeployment } from "./cli/command-context.ts";
import { addDoctorCommand } from "./cli/doctor.ts";
import { addImportCommands } from "./cli/import.ts";
import { addKeyCommands } from "./cli/key.ts";
import { addProviderCommands } from "./cli/provider.ts";
import { addSessionCommands } from "./cli/session.ts";
import { addTokenCommands } from "./cli/token.ts";
import { addUserCommands } from "./cli/user.ts";
import { addWorkspaceCommands } from "./cli/workspace.ts";
import { StopError } from "./stop-error.ts";

/** Wrong use, as the shell's own commands have it; what was refused or failed is 1. */
const usageExitCode = 2;

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
  if (error instanceof StopError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  const problem = toAppError(error);
  process.stderr.write(`${problem.message}\n`);
  if (problem.code === "internal") process.stderr.write(`${(error as Error).stack ?? error}\n`);
  return 1;
}

const program = new Command("flowlatch")
  .description("Issue API keys for deployed chatflows, and decide what they open.")
  .option("--json", "print one JSON document")
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();
addUserCommands(program);
addChatflowCommands(program);
addKeyCommands(program);
addProviderCommands(program);
addImportCommands(program);
addSessionCommands(program);
addActivityCommands(program);
addTokenCommands(program);
addWorkspaceCommands(program);
addDoctorCommand(program);
program
  .command("migrate")
  .description("bring the database up to date, where no `npm start` does it")
  .action(async (_, command: Command) => {
    const applied = await migrateDeployment();
    print({ json: { applied }, text: applied.join("\n") || "The database is up to date." }, command);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
process.disconnect?.();
