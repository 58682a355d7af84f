import type { EngineEvent } from "@/lib/engines/engine";
import type { CallClock } from "@/lib/engines/time-limits";
import { BrokenAnswerError, isConnectionError } from "@/lib/engines/upstream-errors";
import type { AnswerEnd, Model, ModelCall } from "@/lib/providers/model";

/**
 * A model's words as they come, and its usage as far as it is known. A connection that fails before the first token is
 * tried once more; after it nothing is, since the caller has heard it.
 *
 * @throws what the model throws, `BrokenAnswerError`, or the clock's own abort reason
 */
export async function* callModel(model: Model, call: ModelCall, clock: CallClock): AsyncGenerator<EngineEvent, void> {
  const { signal } = clock;
  for (let attempt = 1; ; attempt++) {
    const heard = { token: false, text: false };
    try {
      yield* answerOf(model, call, clock, heard);
      return;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (attempt > 1 || heard.token || !isConnectionError(error)) throw error;
    }
  }
}

/** What was heard of one call so far: any token, and any that is part of the answer. */
interface Heard {
  token: boolean;
  text: boolean;
}

async function* answerOf(
  model: Model,
  call: ModelCall,
  clock: CallClock,
  heard: Heard,
): AsyncGenerator<EngineEvent, void> {
  let end: AnswerEnd = "broken";
  for await (const part of model(call, clock.signal)) {
    switch (part.type) {
      case "usage": {
        const { inputTokens, outputTokens } = part;
        yield { type: "usage", usage: { inputTokens, outputTokens } };
        break;
      }
      case "end":
        ({ end } = part);
        break;
      // A model that thinks aloud has begun, though nothing of it is the answer yet.
      case "thought":
      case "text":
        if (!heard.token) clock.firstTokenCame();
        heard.token = true;
        if (part.type === "thought") break;
        heard.text = true;
        yield { type: "token", text: part.text };
    }
  }
  const problem = problemOfEnd(end, heard.text);
  if (problem) throw new BrokenAnswerError(problem);
  if (end === "length" || end === "content-filter") yield { type: "cut", by: end };
}

/** What is wrong with an answer that ended so, as a sentence for integrators; null when nothing is. */
function problemOfEnd(end: AnswerEnd, hasText: boolean): string | null {
  if (hasText) return end === "broken" ? "The model provider’s answer broke off." : null;
  switch (end) {
    case "broken":
      return "The model provider’s answer was empty, or not in the form of one.";
    case "content-filter":
      return "The model gave no answer: its provider’s content filter stopped it.";
    case "length":
      return "The model reached its output limit before it said anything. The operator of this chatflow can raise the limit.";
    case "whole":
      return "The model’s answer was empty.";
  }
}
