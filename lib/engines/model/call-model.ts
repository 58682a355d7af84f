import {
  InvalidResponseDataError,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4FinishReason,
  type LanguageModelV4StreamPart,
  type LanguageModelV4Usage,
} from "@ai-sdk/provider";
import type { EngineEvent, Usage } from "@/lib/engines/engine";
import type { CallClock } from "@/lib/engines/time-limits";
import { BrokenAnswerError, isConnectionError } from "@/lib/engines/upstream-errors";

/**
 * A model's words as they come, and its usage as far as it is known.
 *
 * The provider packages' own stream is read, without the AI SDK's `streamText` around it: that one
 * retries and buffers in its own way (docs/decisions/0008). A connection that fails before the first
 * token is tried once more; after it nothing is, since the caller has heard it.
 *
 * @throws what the provider's package throws, `BrokenAnswerError`, or the clock's own abort reason
 */
export async function* callModel(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  clock: CallClock,
): AsyncGenerator<EngineEvent, void> {
  const { signal: abortSignal } = clock;
  for (let attempt = 1; ; attempt++) {
    const heard = { token: false, text: false };
    try {
      const { stream } = await model.doStream({ ...options, abortSignal });
      yield* eventsOf(stream, clock, heard);
      return;
    } catch (error) {
      if (abortSignal.aborted) throw abortSignal.reason;
      if (attempt > 1 || heard.token || !isConnectionError(error)) throw error;
    }
  }
}

/** What was heard of one call so far: any token, and any that is part of the answer. */
interface Heard {
  token: boolean;
  text: boolean;
}

async function* eventsOf(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  clock: CallClock,
  heard: Heard,
): AsyncGenerator<EngineEvent, void> {
  let end: LanguageModelV4FinishReason["unified"] = "interrupted";
  for await (const part of stream) {
    const usage = usageIn(part);
    if (usage) yield { type: "usage", usage };
    if (part.type === "finish") end = part.finishReason.unified;
    // A model that thinks aloud has begun, though nothing of it is the answer yet.
    if ((part.type === "text-delta" || part.type === "reasoning-delta") && part.delta) {
      if (!heard.token) clock.firstTokenCame();
      heard.token = true;
    }
    if (part.type === "text-delta" && part.delta) {
      heard.text = true;
      yield { type: "token", text: part.delta };
    }
    // The package's word for an answer without an end: its `finish` says so as well.
    if (part.type === "error" && !InvalidResponseDataError.isInstance(part.error)) throw part.error;
  }
  const problem = problemOfEnd(end, heard.text);
  if (problem) throw new BrokenAnswerError(problem);
}

/** What is wrong with an answer that ended so, as a sentence for integrators; null when nothing is. */
function problemOfEnd(end: LanguageModelV4FinishReason["unified"], hasText: boolean): string | null {
  const isWhole = end !== "interrupted" && end !== "error";
  if (hasText) return isWhole ? null : "The model provider’s answer broke off.";
  if (!isWhole) return "The model provider’s answer was empty, or not in the form of one.";
  if (end === "content-filter") return "The model gave no answer: its provider’s content filter stopped it.";
  if (end === "length") {
    return "The model reached its output limit before it said anything. The operator of this chatflow can raise the limit.";
  }
  return "The model’s answer was empty.";
}

/** Token counts in a part: at the end of an answer, and of Anthropic's also at its beginning. */
function usageIn(part: LanguageModelV4StreamPart): Usage | null {
  if (part.type === "finish") return toUsage(part.usage);
  if (part.type !== "custom" || part.kind !== "anthropic.message_start") return null;
  const counts = part.providerMetadata?.anthropic?.usage as Record<string, unknown> | undefined;
  const count = (name: string) => (typeof counts?.[name] === "number" ? counts[name] : 0);
  const inputTokens = count("input_tokens") + count("cache_creation_input_tokens") + count("cache_read_input_tokens");
  return { inputTokens, outputTokens: count("output_tokens") };
}

/** Null where the provider does not count. */
function toUsage({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage | null {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null;
  return { inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0 };
}
