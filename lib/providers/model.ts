import type { LanguageModelV4Prompt } from "@ai-sdk/provider";

/** What a model is asked. */
export interface ModelCall {
  prompt: LanguageModelV4Prompt;
  /** What is left out is the provider's to choose. */
  temperature?: number;
  maxOutputTokens?: number;
}

/** How an answer ended: as the model wanted, at its limit, by its provider's filter, or in the middle. */
export type AnswerEnd = "whole" | "length" | "content-filter" | "broken";

/** A piece of a model's answer. */
export type ModelPart =
  | { type: "text"; text: string }
  /** The model thinks aloud: it has begun, though nothing of it is the answer. */
  | { type: "thought" }
  | { type: "usage"; inputTokens: number; outputTokens: number }
  | { type: "end"; end: AnswerEnd };

/**
 * Asks a model and reads what it says as it comes. An answer whose `end` never came is broken.
 * @throws what the connection throws, `APICallError` for a refusal, the signal's reason, or the provider's own error
 */
export type Model = (call: ModelCall, signal: AbortSignal) => AsyncIterable<ModelPart>;
