import type { AnswerCut, EngineEvent, SourceDocument, Usage } from "@/lib/engines/engine";

/** An answer from its first word to its last. */
export interface WholeAnswer {
  text: string;
  /** What was asked, as the engine heard it, where the question had no words. */
  question?: string;
  sources?: SourceDocument[];
  /** Absent where the engine counts nothing. */
  usage?: Usage;
  /** Absent where the answer was said to its end, as far as is known. */
  cut?: AnswerCut;
  /** What the engine says besides, by its own names. */
  own?: Record<string, unknown>;
}

/**
 * Reads an answer to its end.
 * @throws whatever `events` throws
 */
export async function wholeAnswer(events: AsyncIterable<EngineEvent>): Promise<WholeAnswer> {
  const answer: WholeAnswer = { text: "" };
  for await (const event of events) noteEvent(answer, event);
  return answer;
}

/** Adds an event to what an answer is so far. */
export function noteEvent(answer: WholeAnswer, event: EngineEvent): void {
  if (event.type === "token") answer.text += event.text;
  else if (event.type === "question") answer.question = event.text;
  else if (event.type === "sources") answer.sources = event.sources;
  else if (event.type === "usage") answer.usage = event.usage;
  else if (event.type === "cut") answer.cut = event.by;
  else {
    // In place: there may be as many as an answer of 16 MB has fields. Without a prototype, for whatever they are called.
    answer.own ??= Object.create(null) as Record<string, unknown>;
    if (event.type === "own") answer.own[event.name] = event.data;
    else Object.assign(answer.own, event.fields);
  }
}
