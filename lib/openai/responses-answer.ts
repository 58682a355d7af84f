import type { EngineEvent } from "@/lib/engines/engine";
import { failureInStream } from "@/lib/http/problem";
import { toOpenAiError } from "@/lib/openai/error";
import { responseId } from "@/lib/openai/response-id";
import { noteEvent, type WholeAnswer, wholeAnswer } from "@/lib/predictions/whole-answer";

/** What a response says besides its answer. */
export interface ResponseFacts {
  /** The prediction's. */
  id: string;
  sessionId: string;
  isKept: boolean;
  /** The chatflow's slug. */
  slug: string;
  /** When it was asked. */
  now: Date;
  requestId: string;
  echo: { metadata: object; previous_response_id: string | null };
}

type Status = "in_progress" | "completed" | "incomplete" | "failed";

const textPart = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] });

function messageOf({ id }: ResponseFacts, status: Exclude<Status, "failed">, content: object[]) {
  return { id: `msg_${id.replaceAll("-", "")}`, type: "message", status, role: "assistant", content };
}

/** Zeros where the engine counts nothing: clients rest on the figures being there. */
function usageOf({ usage }: WholeAnswer) {
  const { inputTokens, outputTokens } = usage ?? { inputTokens: 0, outputTokens: 0 };
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

/** A `response` object. Clients check that its settings are there, which a chatflow leaves to its operator. */
function responseObject(facts: ResponseFacts, status: Status, more: object = {}) {
  return {
    id: responseId(facts.id, facts.isKept ? facts.sessionId : null),
    object: "response",
    created_at: Math.floor(facts.now.getTime() / 1_000),
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: facts.slug,
    output: [],
    parallel_tool_calls: false,
    reasoning: { effort: null, summary: null },
    store: facts.isKept,
    temperature: null,
    text: { format: { type: "text" } },
    tool_choice: "none",
    tools: [],
    top_p: null,
    truncation: "disabled",
    usage: null,
    user: null,
    ...facts.echo,
    ...more,
  };
}

/** Why an answer is incomplete, in OpenAI's words. */
const incompleteReasons = { length: "max_output_tokens", "content-filter": "content_filter" };

const statusOf = ({ cut }: WholeAnswer) => (cut ? "incomplete" : "completed");

function ended(facts: ResponseFacts, answer: WholeAnswer) {
  const status = statusOf(answer);
  return responseObject(facts, status, {
    output: [messageOf(facts, status, [textPart(answer.text)])],
    ...(answer.cut && { incomplete_details: { reason: incompleteReasons[answer.cut] } }),
    usage: usageOf(answer),
    ...(answer.sources && { sourceDocuments: answer.sources }),
  });
}

/**
 * The whole answer as a `response`. Its sources come beside it, as in the prediction API.
 * @throws whatever `events` throws
 */
export async function wholeResponse(facts: ResponseFacts, events: AsyncIterable<EngineEvent>) {
  return ended(facts, await wholeAnswer(events));
}

/**
 * The answer as the events of a response with one message of one text, each numbered. A failure becomes
 * `error` and `response.failed`, and these the last.
 */
export async function* responseFrames(
  facts: ResponseFacts,
  events: AsyncIterable<EngineEvent>,
): AsyncGenerator<string, void> {
  let sequence_number = 0;
  const frame = (type: string, data: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data, sequence_number: sequence_number++ })}\n\n`;
  const place = { item_id: messageOf(facts, "in_progress", []).id, output_index: 0, content_index: 0 };
  const answer: WholeAnswer = { text: "" };
  try {
    yield frame("response.created", { response: responseObject(facts, "in_progress") });
    yield frame("response.in_progress", { response: responseObject(facts, "in_progress") });
    yield frame("response.output_item.added", { output_index: 0, item: messageOf(facts, "in_progress", []) });
    yield frame("response.content_part.added", { ...place, part: textPart("") });
    for await (const event of events) {
      noteEvent(answer, event);
      if (event.type === "token")
        yield frame("response.output_text.delta", { ...place, delta: event.text, logprobs: [] });
    }
    // Only a recorded prediction gets here.
    const part = textPart(answer.text);
    yield frame("response.output_text.done", { ...place, text: answer.text, logprobs: [] });
    yield frame("response.content_part.done", { ...place, part });
    yield frame("response.output_item.done", { output_index: 0, item: messageOf(facts, statusOf(answer), [part]) });
    yield frame(`response.${statusOf(answer)}`, { response: ended(facts, answer) });
  } catch (thrown) {
    const { message, code, param } = toOpenAiError(failureInStream(thrown, facts.requestId));
    yield frame("error", { code, message, param });
    yield frame("response.failed", { response: responseObject(facts, "failed", { error: { code, message } }) });
  }
}
