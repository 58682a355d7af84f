import type { Command } from "commander";
import { type CommandContext, withCommandContext } from "./command-context.ts";

/** What a command has to say: a document for programs, lines for people. */
export interface Answer {
  json: unknown;
  text: string;
}

/** Prints one answer on standard output, as JSON if that was asked for. */
export function print(answer: Answer, command: Command): void {
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  process.stdout.write(json ? `${JSON.stringify(answer.json)}\n` : `${answer.text}\n`);
}

/**
 * A commander action around a use case: opens the deployment, prints the answer. Commander passes
 * the arguments, then the options, then the command. The work gets its first argument, and the others.
 */
export function answering<Options>(
  work: (opened: CommandContext, options: Options, argument: string, others: string[]) => Promise<Answer>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const [argument = "", ...others] = command.args;
    print(await withCommandContext((opened) => work(opened, command.opts() as Options, argument, others)), command);
  };
}

/** Rows as aligned columns under their headings. */
export function table(headings: string[], rows: string[][]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? "")].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
