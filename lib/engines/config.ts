import { z } from "zod";

/** Safe in the browser: the editor and the use cases check with the same schemas. */

const wholeNumber = (noun: string, min: number, max: number) => {
  const message = `${noun} must be a whole number from ${min.toLocaleString("en")} to ${max.toLocaleString("en")}.`;
  return z.number(message).int(message).min(min, message).max(max, message);
};

const limitedText = (noun: string, max: number) => {
  const message = `${noun} can have at most ${max.toLocaleString("en")} characters.`;
  return z
    .string(`${noun} must be text.`)
    .max(max, message)
    .refine((value) => !value.includes("\0"), `${noun} cannot contain the NUL character.`)
    .transform((value) => value.toWellFormed());
};

/** Earlier turns of a session that an answer may look back at. */
const memoryTurns = wholeNumber("Memory", 0, 20).default(3);

/** Answers from documents, without a model. */
export const knowledgeConfigSchema = z.object({
  kind: z.literal("knowledge"),
  memoryTurns,
  /** Most passages in one answer. */
  maxPassages: wholeNumber("Passages per answer", 1, 5).default(3),
});
export type KnowledgeConfig = z.output<typeof knowledgeConfigSchema>;

/** Longest value of a variable, its default included, in UTF-16 code units. */
export const variableMaxLength = 4_000;
/** Most variables of one chatflow. */
export const variablesMax = 20;
export const systemPromptMaxLength = 20_000;

/** `{{name}}` in the system prompt. Callers may set it; its default stands where they do not. */
const variableSchema = z.object({
  name: z
    .string("A variable needs a name.")
    .trim()
    .min(1, "A variable needs a name.")
    .max(64, "A variable’s name can have at most 64 characters.")
    .regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      "A variable’s name has letters, digits and underscores only, and does not begin with a digit.",
    ),
  default: limitedText("A variable’s default", variableMaxLength).default(""),
});

const variablesSchema = z
  .array(variableSchema, "Variables must be a list.")
  .max(variablesMax, `A chatflow can have at most ${variablesMax} variables.`)
  .superRefine((variables, issues) => {
    for (const [index, { name }] of variables.entries()) {
      if (variables.findIndex((other) => other.name === name) === index) continue;
      const message = `There are two variables named “${name}”. Each needs a name of its own.`;
      issues.addIssue({ code: "custom", path: [index, "name"], message });
    }
  });

const modelName = z
  .string("Choose a model.")
  .trim()
  .min(1, "Choose a model.")
  .max(200, "A model’s name can have at most 200 characters.")
  .refine((value) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value), {
    error: "A model’s name cannot contain line breaks or other invisible characters.",
  });

const temperatureMessage = "Temperature must be a number from 0 to 2, or empty for the provider’s own default.";

/** Seconds an upstream is given. */
const timeLimit = (noun: string) => wholeNumber(noun, 1, 300);

function isFirstWithinWhole(limits: { firstTokenTimeoutSeconds: number; answerTimeoutSeconds: number }): boolean {
  return limits.firstTokenTimeoutSeconds <= limits.answerTimeoutSeconds;
}
const firstBeyondWhole = {
  path: ["firstTokenTimeoutSeconds"],
  error: "The time limit for the first token cannot be longer than the one for the whole answer.",
};

/** Answers with a language model of one of the workspace's providers. */
export const modelConfigSchema = z
  .object({
    kind: z.literal("model"),
    /** Read in SQL as well (lib/api-keys/find-call.ts). */
    providerId: z.guid("Choose a provider.").toLowerCase(),
    /** As the provider names it. */
    model: modelName,
    systemPrompt: limitedText("The system prompt", systemPromptMaxLength).default(""),
    variables: variablesSchema.default([]),
    /** Null leaves it to the provider. */
    temperature: z
      .number(temperatureMessage)
      .min(0, temperatureMessage)
      .max(2, temperatureMessage)
      .nullable()
      .default(null),
    /** Null leaves it to the provider. */
    maxOutputTokens: wholeNumber("Maximum output tokens", 1, 128_000).nullable().default(null),
    memoryTurns,
    /** Whether the chatflow's documents are searched with the question and given to the model. */
    grounding: z.boolean("Answering from documents is on or off.").default(true),
    /** Most passages given to the model. */
    maxPassages: wholeNumber("Passages per answer", 1, 10).default(4),
    /** Whether callers may send images along: for models that take them. */
    allowImages: z.boolean("Images are allowed or not.").default(false),
    /** From the call to the provider until its first word. */
    firstTokenTimeoutSeconds: timeLimit("The time limit for the first token, in seconds,").default(30),
    /** From the call to the provider until its last word. */
    answerTimeoutSeconds: timeLimit("The time limit for the whole answer, in seconds,").default(120),
  })
  .refine(isFirstWithinWhole, firstBeyondWhole);
export type ModelConfig = z.output<typeof modelConfigSchema>;

/** Longest id or name of a flow, in UTF-16 code units. */
const flowMaxLength = 200;

const flowId = z
  .string("Choose a flow.")
  .trim()
  .min(1, "Choose a flow.")
  .max(flowMaxLength, `A flow’s id can have at most ${flowMaxLength} characters.`)
  // It becomes a part of an address, which no dot or slash may lead out of.
  .regex(/^[\w-]*$/, "A flow’s id has letters, digits, “-” and “_” only. Copy it from Flowise’s address bar.");

/** Answers with a flow on a Flowise server. */
const flowiseConfigSchema = z
  .object({
    kind: z.literal("flowise"),
    /** Of the kind "flowise". Read in SQL as well (lib/api-keys/find-call.ts). */
    providerId: z.guid("Choose a Flowise server.").toLowerCase(),
    flowId,
    /** As Flowise called it when it was chosen; "" where its id was typed. */
    flowName: limitedText("A flow’s name", flowMaxLength).default(""),
    /** Flowise remembers the conversation itself. */
    memoryTurns: z.literal(0, "A flow’s memory is Flowise’s own: it must be 0 here.").default(0),
    /** Whether `overrideConfig` reaches the flow; its session id always does, as ours. */
    passOverrides: z.boolean("Overrides are passed on or not.").default(false),
    passUploads: z.boolean("Uploads are passed on or not.").default(false),
    passHistory: z.boolean("History is passed on or not.").default(false),
    /** From the call until the first sign of an answer; counts where the answer is streamed. */
    firstTokenTimeoutSeconds: timeLimit("The time limit for the first token, in seconds,").default(60),
    /** From the call until the answer’s end. */
    answerTimeoutSeconds: timeLimit("The time limit for the whole answer, in seconds,").default(180),
  })
  .refine(isFirstWithinWhole, firstBeyondWhole);
export type FlowiseConfig = z.output<typeof flowiseConfigSchema>;

/**
 * What is stored in `chatflow.engine`. `memoryTurns` is read in SQL (lib/api-keys/find-call.ts), so
 * every kind has it under that name.
 */
export const engineConfigSchema = z.discriminatedUnion(
  "kind",
  [knowledgeConfigSchema, modelConfigSchema, flowiseConfigSchema],
  { error: "Choose an engine: knowledge, model or flowise." },
);
export type EngineConfig = z.output<typeof engineConfigSchema>;
export type EngineConfigInput = z.input<typeof engineConfigSchema>;
export type EngineKind = EngineConfig["kind"];

/** What an engine asks its provider for; engines without one have no provider. */
export const askedOfProvider = { model: "models", flowise: "flows" } as const;
