import type { EngineEvent } from "@/lib/engines/engine";
import { failureInStream } from "@/lib/http/problem";
import { toOpenAiError } from "@/lib/openai/error";
import { noteEvent, type WholeAnswer, wholeAnswer } from "@/lib/predictions/whole-answer";

/** What a completion says besides its answer. */
export interface ChatFacts {
  /** The prediction's. */
  id: string;
  /** The chatflow's slug. */
  slug: string;
  /** When it was asked. */
  now: Date;
  requestId: string;
}

function factsOf({ id, slug, now }: ChatFacts, object: string) {
  const created = Math.floor(now.getTime() / 1_000);
  return { id: `chatcmpl-${id.replaceAll("-", "")}`, object, created, model: slug };
}

/** Zeros where the engine counts nothing: clients rest on the figures being there. */
function usageOf({ usage }: WholeAnswer) {
  const { inputTokens = 0, outputTokens = 0 } = usage ?? {};
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}

function finishReasonOf({ cut }: WholeAnswer): "stop" | "length" | "content_filter" {
  return cut === "content-filter" ? "content_filter" : (cut ?? "stop");
}

const sourcesOf = ({ sources }: WholeAnswer) => (sources ? { sourceDocuments: sources } : {});

/**
 * The whole answer as a `chat.completion`. Its sources come beside it, as in the prediction API.
 * @throws whatever `events` throws
 */
export async function chatCompletion(facts: ChatFacts, events: AsyncIterable<EngineEvent>) {
  const answer = await wholeAnswer(events);
  const message = { role: "assistant", content: answer.text, refusal: null };
  return {
    ...factsOf(facts, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasonOf(answer) }],
    usage: usageOf(answer),
    ...sourcesOf(answer),
  };
}

const frame = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;

/** The answer as `chat.completion.chunk` events and `[DONE]`. A failure becomes an `error` event, and the last. */
export async function* chatFrames(
  facts: ChatFacts,
  events: AsyncIterable<EngineEvent>,
  includeUsage: boolean,
): AsyncGenerator<string, void> {
  const common = { ...factsOf(facts, "chat.completion.chunk"), ...(includeUsage && { usage: null }) };
  const chunk = (delta: object, finish_reason: string | null, more: object = {}) =>
    frame({ ...common, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...more });
  const answer: WholeAnswer = { text: "" };
  try {
    yield chunk({ role: "assistant", content: "", refusal: null }, null);
    for await (const event of events) {
      noteEvent(answer, event);
      if (event.type === "token") yield chunk({ content: event.text }, null);
    }
    // Only a recorded prediction gets here.
    yield chunk({}, finishReasonOf(answer), sourcesOf(answer));
    if (includeUsage) yield frame({ ...common, choices: [], usage: usageOf(answer) });
    yield "data: [DONE]\n\n";
  } catch (error) {
    yield frame({ error: toOpenAiError(failureInStream(error, facts.requestId)) });
  }
}
