import type { EngineEvent, Usage } from "@/lib/engines/engine";
import { failureInStream } from "@/lib/http/problem";
import { wholeAnswer } from "@/lib/predictions/whole-answer";

/** What a client is told of a prediction besides its answer. Flowise's clients rest on these names. */
export interface PredictionFacts {
  id: string;
  requestId: string;
  question: string;
  chatId: string;
  sessionId: string;
  streams: boolean;
  remembers: boolean;
  /** Whether its caller has asked for its end before all was said. */
  wasEnded?(): boolean;
}

/** Comments that keep proxies from closing a quiet stream. */
export const heartbeatFrame = ":heartbeat\n\n";
export const heartbeatEveryMs = 30_000;

export const streamHeaders = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-cache, no-store, no-transform",
  "X-Accel-Buffering": "no",
};

/**
 * One event as Flowise frames it: the literal line `message:`, then the data without a space.
 * @param more what the event says beside its data
 */
export function frame(event: string, data: unknown, more: Record<string, unknown> = {}): string {
  return `message:\ndata:${JSON.stringify({ event, data, ...more })}\n\n`;
}

/** @param question as the engine heard it, where it had no words */
function factsOf(facts: PredictionFacts, question = facts.question) {
  const { id, chatId, sessionId, remembers } = facts;
  return { chatId, chatMessageId: id, question, sessionId, ...(remembers && { memoryType: "Session memory" }) };
}

/**
 * The whole answer as one JSON body.
 * @throws whatever `events` throws
 */
export async function jsonAnswer(facts: PredictionFacts, events: AsyncIterable<EngineEvent>) {
  const { text, question, sources: sourceDocuments, usage, own } = await wholeAnswer(events);
  return {
    ...own,
    text,
    ...factsOf(facts, question),
    isStreamValid: facts.streams,
    ...(sourceDocuments && { sourceDocuments }),
    ...(usage && { usage }),
  };
}

/**
 * The answer as frames. A failure becomes an `error` frame; `end` is always the last, but where the caller
 * asked for the end of it: there `abort` is, after which the website widget forgets the chat.
 */
export async function* answerFrames(
  facts: PredictionFacts,
  events: AsyncIterable<EngineEvent>,
): AsyncGenerator<string, void> {
  let usage: Usage | undefined;
  let question: string | undefined;
  const more = Object.create(null) as Record<string, unknown>;
  try {
    yield frame("start", "");
    for await (const event of events) {
      if (event.type === "token") yield frame("token", event.text);
      if (event.type === "sources") yield frame("sourceDocuments", event.sources);
      if (event.type === "own") yield frame(event.name, event.data, event.more);
      if (event.type === "question") question = event.text;
      if (event.type === "metadata") Object.assign(more, event.fields);
      if (event.type === "usage") usage = event.usage;
    }
    if (facts.wasEnded?.()) return yield frame("abort", "[DONE]");
    // Only a recorded prediction gets here.
    yield frame("metadata", { ...more, ...factsOf(facts, question), ...(usage && { usage }) });
  } catch (error) {
    yield frame("error", failureInStream(error, facts.requestId).message);
  }
  yield frame("end", "[DONE]");
}
