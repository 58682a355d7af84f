import { z } from "zod";

/** Safe in the browser: the editor and the use cases check with the same schemas. */

const wholeNumber = (noun: string, min: number, max: number) => {
  const message = `${noun} must be a whole number from ${min} to ${max}.`;
  return z.number(message).int(message).min(min, message).max(max, message);
};

/** Answers from documents, without a model. */
export const knowledgeConfigSchema = z.object({
  kind: z.literal("knowledge"),
  /** Earlier turns of a session that an answer may look back at. */
  memoryTurns: wholeNumber("Memory", 0, 20).default(3),
  /** Most passages in one answer. */
  maxPassages: wholeNumber("Passages per answer", 1, 5).default(3),
});
export type KnowledgeConfig = z.output<typeof knowledgeConfigSchema>;

/**
 * What is stored in `chatflow.engine`. `memoryTurns` is read in SQL (lib/api-keys/verify.ts), so
 * every kind has it under that name.
 */
export const engineConfigSchema = z.discriminatedUnion("kind", [knowledgeConfigSchema], {
  error: "Choose an engine.",
});
export type EngineConfig = z.output<typeof engineConfigSchema>;
export type EngineConfigInput = z.input<typeof engineConfigSchema>;
export type EngineKind = EngineConfig["kind"];
