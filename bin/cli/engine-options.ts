import type { Command } from "commander";
import type { Context } from "@/lib/context";
import type { EngineConfigInput } from "@/lib/engines/config";
import { toAppError } from "@/lib/errors";
import { findProvider } from "@/lib/providers/list";
import { listFlows } from "@/lib/providers/test-connection";
import { StopError } from "../stop-error.ts";
import { readGivenFile } from "./given-file.ts";

export interface EngineOptions {
  engine: string;
  provider?: string;
  model?: string;
  systemPrompt?: string;
  memoryTurns?: string;
  flow?: string;
  passOverrides?: true;
  passUploads?: true;
  passHistory?: true;
}

/** The options that say what answers, for `chatflow create`. */
export function withEngineOptions(command: Command): Command {
  return command
    .option(
      "--engine <kind>",
      "what answers: knowledge (documents alone), model (a language model) or flowise (a flow on a Flowise server)",
      "knowledge",
    )
    .option("--provider <provider>", "for a model or a flow: its provider (id or name)")
    .option("--model <model>", "for a model: its name, as the provider has it")
    .option("--system-prompt <text>", "for a model: what it is told first; @file reads it from a file")
    .option("--memory-turns <number>", "earlier turns of a session that an answer may look back at")
    .option("--flow <flow>", "for a flow: its id, or its name on the server")
    .option("--pass-overrides", "for a flow: let callers’ overrideConfig reach it")
    .option("--pass-uploads", "for a flow: let callers’ uploads reach it")
    .option("--pass-history", "for a flow: let the history that callers bring reach it");
}

/** Which engines an option belongs to; those that stand in no list, to all. */
const belongsTo: Partial<Record<keyof EngineOptions, { engines: string[]; means: string }>> = {
  provider: {
    engines: ["model", "flowise"],
    means: "a language model or a flow: add --engine model or --engine flowise",
  },
  model: { engines: ["model"], means: "chatflows on a language model: add --engine model" },
  systemPrompt: { engines: ["model"], means: "chatflows on a language model: add --engine model" },
  memoryTurns: { engines: ["knowledge", "model"], means: "other engines: a flow’s memory is Flowise’s own" },
  flow: { engines: ["flowise"], means: "chatflows on a Flowise server: add --engine flowise" },
  passOverrides: { engines: ["flowise"], means: "chatflows on a Flowise server: add --engine flowise" },
  passUploads: { engines: ["flowise"], means: "chatflows on a Flowise server: add --engine flowise" },
  passHistory: { engines: ["flowise"], means: "chatflows on a Flowise server: add --engine flowise" },
};

function refuseMisplaced(options: EngineOptions): void {
  for (const [name, rule] of Object.entries(belongsTo)) {
    if (options[name as keyof EngineOptions] === undefined || rule.engines.includes(options.engine)) continue;
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new StopError(`--${flag} belongs to ${rule.means}.`);
  }
}

/** A text as it stands, or that of the file which `@file` names. */
async function textOrFile(given: string): Promise<string> {
  if (!given.startsWith("@")) return given;
  return (await readGivenFile("system prompt", given.slice(1))).toString("utf8").trimEnd();
}

/** A flow of the server's list by its id or, whatever its case, its name; what is not in it is taken for an id. */
async function findFlow(ctx: Context, providerId: string, given: string) {
  const listed = await listFlows(ctx, providerId).catch((error: unknown) => toAppError(error));
  if (listed instanceof Error) {
    if (/^[\w-]+$/.test(given) && listed.code.startsWith("upstream_")) return { flowId: given };
    throw listed;
  }
  const called = listed.flows.filter(({ name }) => name.toLowerCase() === given.toLowerCase());
  if (called.length > 1) throw new StopError(`Several flows are called “${given}”. Name one by its id.`);
  const flow = listed.flows.find(({ id }) => id === given) ?? called[0];
  if (flow) return { flowId: flow.id, flowName: flow.name };
  if (/\s/.test(given)) throw new StopError(`There is no flow “${given}”. \`provider test\` lists them.`);
  return { flowId: given };
}

/**
 * The options as an engine's configuration, to be checked by the use case.
 * @throws StopError when options are missing or belong to another engine, AppError `not_found` for the provider
 */
export async function engineFrom(ctx: Context, options: EngineOptions): Promise<EngineConfigInput> {
  const { engine, provider, model, systemPrompt, flow, passOverrides, passUploads, passHistory } = options;
  // Of another kind than there is, the use case says which there are.
  const isKnown = ["knowledge", "model", "flowise"].includes(engine);
  if (isKnown) refuseMisplaced(options);
  // What is no number is refused by the use case, which says what may stand there.
  const memory = options.memoryTurns === undefined ? {} : { memoryTurns: Number(options.memoryTurns) };
  if (engine === "model") {
    if (provider === undefined || model === undefined) {
      throw new StopError(
        "A chatflow on a language model needs --provider and --model. `provider list` lists the providers.",
      );
    }
    const { id: providerId } = await findProvider(ctx, provider);
    const prompt = systemPrompt === undefined ? {} : { systemPrompt: await textOrFile(systemPrompt) };
    return { kind: "model", providerId, model, ...prompt, ...memory };
  }
  if (engine === "flowise") {
    if (provider === undefined || flow === undefined) {
      throw new StopError(
        "A chatflow on a Flowise server needs --provider and --flow. `provider test` lists a server’s flows.",
      );
    }
    const { id: providerId } = await findProvider(ctx, provider);
    const found = await findFlow(ctx, providerId, flow);
    return { kind: "flowise", providerId, ...found, passOverrides, passUploads, passHistory };
  }
  return { kind: engine as "knowledge", ...memory };
}
