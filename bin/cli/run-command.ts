import { Command, CommanderError } from "commander";
import { toAppError } from "@/lib/errors";
import { StopError } from "../stop-error.ts";
import { addActivityCommands } from "./activity.ts";
import { print } from "./answer.ts";
import { addChatflowCommands } from "./chatflow.ts";
import { migrateDeployment } from "./command-context.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addImportCommands } from "./import.ts";
import { addKeyCommands } from "./key.ts";
import { addProviderCommands } from "./provider.ts";
import { addSecretsCommand } from "./secrets.ts";
import { addSessionCommands } from "./session.ts";
import { addTokenCommands } from "./token.ts";
import { addUserCommands } from "./user.ts";
import { addWorkspaceCommands } from "./workspace.ts";

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

/** A program parses once: what an option was set to would stay with it. */
function newProgram(): Command {
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
  addSecretsCommand(program);
  program
    .command("migrate")
    .description("bring the database up to date, where no `npm start` does it")
    .action(async (_, command: Command) => {
      const applied = await migrateDeployment();
      print({ json: { applied }, text: applied.join("\n") || "The database is up to date." }, command);
    });
  return program;
}

/**
 * Runs one command: its answer on standard output, what is wrong on standard error, and the exit code
 * in this process's: 0, 1 for what was refused, failed or found, 2 for wrong use.
 * @param args as they were typed, without the interpreter and the script
 */
export async function runCommand(args: string[]): Promise<void> {
  try {
    await newProgram().parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}
