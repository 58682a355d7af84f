import {
  InvalidResponseDataError,
  type LanguageModelV4,
  type LanguageModelV4FinishReason,
  type LanguageModelV4StreamPart,
  type LanguageModelV4Usage,
} from "@ai-sdk/provider";
import type { AnswerEnd, Model, ModelPart } from "@/lib/providers/model";

/**
 * A model of one of the AI SDK's provider packages.
 *
 * The packages' own stream is read, without the AI SDK's `streamText` around it: that one retries and buffers in its
 * own way (docs/decisions/0008).
 */
export function sdkModel(model: LanguageModelV4): Model {
  return async function* (call, abortSignal) {
    const { stream } = await model.doStream({ ...call, abortSignal });
    for await (const part of stream) {
      // The package's word for an answer without an end: its `finish` says so as well.
      if (part.type === "error" && !InvalidResponseDataError.isInstance(part.error)) throw part.error;
      yield* partsOf(part);
    }
  };
}

function* partsOf(part: LanguageModelV4StreamPart): Generator<ModelPart, void> {
  if (part.type === "text-delta" && part.delta) yield { type: "text", text: part.delta };
  else if (part.type === "reasoning-delta" && part.delta) yield { type: "thought" };
  else if (part.type === "custom") yield* firstUsage(part);
  else if (part.type === "finish") {
    yield* usage(part.usage);
    yield { type: "end", end: ends[part.finishReason.unified] };
  }
}

const ends: Record<LanguageModelV4FinishReason["unified"], AnswerEnd> = {
  stop: "whole",
  "tool-calls": "whole",
  other: "whole",
  length: "length",
  "content-filter": "content-filter",
  error: "broken",
  interrupted: "broken",
};

/** Anthropic counts at the beginning of an answer too. */
function* firstUsage(part: LanguageModelV4StreamPart & { type: "custom" }): Generator<ModelPart, void> {
  if (part.kind !== "anthropic.message_start") return;
  const counts = part.providerMetadata?.anthropic?.usage as Record<string, unknown> | undefined;
  const count = (name: string) => (typeof counts?.[name] === "number" ? counts[name] : 0);
  const inputTokens = count("input_tokens") + count("cache_creation_input_tokens") + count("cache_read_input_tokens");
  yield { type: "usage", inputTokens, outputTokens: count("output_tokens") };
}

/** Nothing where the provider does not count. */
function* usage({ inputTokens, outputTokens }: LanguageModelV4Usage): Generator<ModelPart, void> {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return;
  yield { type: "usage", inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0 };
}
