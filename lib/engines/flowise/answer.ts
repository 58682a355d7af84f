import type { EngineEvent, SourceDocument } from "@/lib/engines/engine";
import { FlowError } from "@/lib/engines/flowise/failures";
import { type FlowiseEvent, notUnderstood } from "@/lib/engines/flowise/frames";
import { BrokenAnswerError } from "@/lib/engines/upstream-errors";

/** What Flowise says of its own conversation, where a caller is told ours. */
const ours = new Set(["chatId", "chatMessageId", "sessionId", "question", "isStreamValid"]);
/** Fields of a JSON answer that a stream has in its `metadata`. */
const saidInMetadata = new Set(["memoryType", "followUpPrompts", "flowVariables"]);
/** A field so called cannot be an event of that name: it would say, fail or end what is streamed. */
const streamWords = new Set(["start", "token", "metadata", "error", "abort", "end"]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isSources(value: unknown): value is SourceDocument[] {
  return (
    Array.isArray(value) &&
    value.every((one) => isRecord(one) && typeof one.pageContent === "string" && isRecord(one.metadata))
  );
}

function isCounts(value: unknown): value is { input_tokens: number; output_tokens: number } {
  return isRecord(value) && Number.isInteger(value.input_tokens) && Number.isInteger(value.output_tokens);
}

/** What Flowise says of the conversation: the question, which may be what it heard in a voice message, and the rest. */
function* metadataOf({ question, ...fields }: Record<string, unknown>): Generator<EngineEvent, void> {
  if (typeof question === "string" && question.trim()) yield { type: "question", text: question };
  const rest = Object.entries(fields).filter(([name]) => !ours.has(name));
  yield { type: "metadata", fields: Object.fromEntries(rest) };
}

/**
 * A streamed event as ours. What this engine has no word for goes through as it is.
 * @throws FlowError for Flowise's own `error`, BrokenAnswerError when somebody stopped the flow there
 */
export function* eventsOf({ event, data, more }: FlowiseEvent): Generator<EngineEvent, void> {
  if (event === "error") throw new FlowError(200, typeof data === "string" ? data : JSON.stringify(data));
  if (event === "abort") throw new BrokenAnswerError("The answer was stopped at the Flowise server.");
  if (event === "token" && typeof data === "string") yield { type: "token", text: data };
  else if (event === "sourceDocuments" && isSources(data)) yield { type: "sources", sources: data };
  else if (event === "metadata" && isRecord(data)) yield* metadataOf(data);
  else yield { type: "own", name: event, data, more };
  if (event === "usageMetadata" && isCounts(data)) {
    yield { type: "usage", usage: { inputTokens: data.input_tokens, outputTokens: data.output_tokens } };
  }
}

/**
 * What a whole answer says; null where it asks a person. A flow that ends in an object is answered with that object,
 * to which Flowise adds its own words about the conversation: its text is then what Flowise's own history has.
 * @throws BrokenAnswerError when it is no answer of Flowise's
 */
function textOf(body: Record<string, unknown>): string | null {
  const { text, json, action, chatId, chatMessageId } = body;
  if (typeof text === "string") return text;
  if (json !== undefined) return JSON.stringify(json, null, 2);
  if (isRecord(action)) return null;
  if (typeof chatId !== "string" && typeof chatMessageId !== "string") throw new BrokenAnswerError(notUnderstood);
  const said = Object.entries(body).filter(([name]) => !ours.has(name) && !saidInMetadata.has(name));
  return JSON.stringify(Object.fromEntries(said), null, 2);
}

/**
 * A whole answer as events. Its text may be missing: a flow can end in JSON or an object, or ask a person.
 * @throws BrokenAnswerError when it is no answer of Flowise's
 */
export function* eventsOfJson(body: unknown): Generator<EngineEvent, void> {
  if (!isRecord(body)) throw new BrokenAnswerError(notUnderstood);
  const said = textOf(body);
  if (said !== null) yield { type: "token", text: said };
  const { text: _, sourceDocuments, ...rest } = body;
  if (isSources(sourceDocuments)) yield { type: "sources", sources: sourceDocuments };
  else if (sourceDocuments) yield { type: "own", name: "sourceDocuments", data: sourceDocuments };
  const isFrame = (name: string) => !ours.has(name) && !saidInMetadata.has(name) && !streamWords.has(name);
  for (const [name, data] of Object.entries(rest)) if (isFrame(name)) yield { type: "own", name, data };
  yield* metadataOf(Object.fromEntries(Object.entries(rest).filter(([name]) => !isFrame(name))));
}
