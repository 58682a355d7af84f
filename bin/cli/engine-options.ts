import type { Command } from "commander";
import type { Context } from "@/lib/context";
import type { EngineConfigInput } from "@/lib/engines/config";
import { findProvider } from "@/lib/providers/list";
import { StopError } from "../stop-error.ts";
import { readGivenFile } from "./given-file.ts";

export interface EngineOptions {
  engine: string;
  provider?: string;
  model?: string;
  systemPrompt?: string;
  memoryTurns?: string;
}

/** The options that say what answers, for `chatflow create`. */
export function withEngineOptions(command: Command): Command {
  return command
    .option("--engine <kind>", "what answers: knowledge (documents alone) or model (a language model)", "knowledge")
    .option("--provider <provider>", "for a model: its provider (id or name)")
    .option("--model <model>", "for a model: its name, as the provider has it")
    .option("--system-prompt <text>", "for a model: what it is told first; @file reads it from a file")
    .option("--memory-turns <number>", "earlier turns of a session that an answer may look back at");
}

/** A text as it stands, or that of the file which `@file` names. */
async function textOrFile(given: string): Promise<string> {
  if (!given.startsWith("@")) return given;
  return (await readGivenFile("system prompt", given.slice(1))).toString("utf8").trimEnd();
}

/**
 * The options as an engine's configuration, to be checked by the use case.
 * @throws StopError when options are missing or belong to another engine, AppError `not_found` for the provider
 */
export async function engineFrom(ctx: Context, options: EngineOptions): Promise<EngineConfigInput> {
  const { engine, provider, model, systemPrompt } = options;
  // What is no number is refused by the use case, which says what may stand there.
  const memory = options.memoryTurns === undefined ? {} : { memoryTurns: Number(options.memoryTurns) };
  if (engine !== "model") {
    const [misplaced] =
      Object.entries({ provider, model, "system-prompt": systemPrompt }).find(([, given]) => given !== undefined) ?? [];
    if (misplaced) throw new StopError(`--${misplaced} belongs to chatflows on a language model: add --engine model.`);
    // Of another kind than there is, the use case says which there are.
    return { kind: engine as "knowledge", ...memory };
  }
  if (provider === undefined || model === undefined) {
    throw new StopError(
      "A chatflow on a language model needs --provider and --model. `provider list` lists the providers.",
    );
  }
  const { id: providerId } = await findProvider(ctx, provider);
  const prompt = systemPrompt === undefined ? {} : { systemPrompt: await textOrFile(systemPrompt) };
  return { kind: "model", providerId, model, ...prompt, ...memory };
}
