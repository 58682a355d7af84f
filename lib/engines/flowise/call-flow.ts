import "server-only";
import type { EngineEvent } from "@/lib/engines/engine";
import { eventsOf, eventsOfJson } from "@/lib/engines/flowise/answer";
import { FlowError } from "@/lib/engines/flowise/failures";
import { brokeOff, notUnderstood, readFrames, tooDeep } from "@/lib/engines/flowise/frames";
import type { FlowiseQuestion } from "@/lib/engines/flowise/question";
import type { CallClock } from "@/lib/engines/time-limits";
import { BrokenAnswerError } from "@/lib/engines/upstream-errors";
import { AppError } from "@/lib/errors";
import { isTooDeep } from "@/lib/json-depth";
import type { ProviderConnection } from "@/lib/providers/connection";
import { flowiseUrl } from "@/lib/providers/flowise-url";
import { upstreamFetch } from "@/lib/providers/upstream";

/** Longest answer that is passed on, in bytes: with all that an agent flow says of its own work. */
const answerMaxBytes = 16 * 1_048_576;
/** Read of an answer that is a refusal. */
const refusalMaxBytes = 65_536;
const stopTimeoutMs = 5_000;

/** The flow's own key, and none of the caller's headers. */
function headersOf({ apiKey }: ProviderConnection): Record<string, string> {
  return { "Content-Type": "application/json", ...(apiKey !== null && { Authorization: `Bearer ${apiKey}` }) };
}

/**
 * A flow's answer as it comes, streamed where that is asked for and the flow can. Called once: a flow
 * may have acted by the time its connection breaks.
 *
 * @throws FlowError, BrokenAnswerError, the clock's own abort reason, or what `upstreamFetch` throws
 */
export async function* callFlow(
  connection: ProviderConnection,
  flowId: string,
  question: FlowiseQuestion,
  clock: CallClock,
): AsyncGenerator<EngineEvent, void> {
  const { signal } = clock;
  try {
    const response = await upstreamFetch(flowiseUrl(connection.baseUrl, `/prediction/${flowId}`), {
      method: "POST",
      headers: { ...headersOf(connection), Accept: question.streaming ? "text/event-stream" : "application/json" },
      body: JSON.stringify(question),
      signal,
    });
    if (!response.ok) throw await refusalIn(response);
    const isStream = response.headers.get("content-type")?.includes("text/event-stream") ?? false;
    if (isStream) yield* streamedAnswer(response, clock);
    else yield* eventsOfJson(parseJson(await readText(response, answerMaxBytes)));
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function* streamedAnswer(response: Response, clock: CallClock): AsyncGenerator<EngineEvent, void> {
  for await (const event of readFrames(bytesOf(response, answerMaxBytes))) {
    // Only its greeting: what it thinks or does counts as begun, though nothing of it is the answer yet.
    if (event.event === "start") continue;
    clock.firstTokenCame();
    yield* eventsOf(event);
  }
}

/**
 * Asks Flowise to give up what it does for a chat: it goes on when only the connection closes. Whether
 * that worked is not known to anybody who still waits.
 * @throws AppError `upstream_failed`
 */
export async function stopFlow(connection: ProviderConnection, flowId: string, chatId: string): Promise<void> {
  const address = flowiseUrl(connection.baseUrl, `/chatmessage/abort/${flowId}/${chatId}`);
  const signal = AbortSignal.timeout(stopTimeoutMs);
  try {
    const response = await upstreamFetch(address, { method: "PUT", headers: headersOf(connection), signal });
    await response.body?.cancel();
  } catch (cause) {
    throw new AppError("upstream_failed", "The Flowise server could not be asked to stop.", { cause });
  }
}

/** A body's bytes as they come; leaving it early closes the connection. */
async function* bytesOf(response: Response, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLong();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof BrokenAnswerError) throw error;
    throw new BrokenAnswerError(brokeOff, { cause: error });
  }
}

function tooLong(): BrokenAnswerError {
  const megabytes = answerMaxBytes / 1_048_576;
  return new BrokenAnswerError(`The Flowise server’s answer is longer than ${megabytes} MB, which is not passed on.`);
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks = await Array.fromAsync(bytesOf(response, maxBytes));
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new BrokenAnswerError(notUnderstood);
  }
  if (isTooDeep(answer)) throw new BrokenAnswerError(tooDeep);
  return answer;
}

/** Flowise's words for its refusal; of a page or of too much there are none. */
async function refusalIn(response: Response): Promise<FlowError> {
  const text = await readText(response, refusalMaxBytes).catch(() => "");
  return new FlowError(response.status, wordsIn(text), response.headers.get("retry-after"));
}

function wordsIn(text: string): string {
  try {
    const { message, error } = Object(JSON.parse(text)) as { message?: unknown; error?: unknown };
    return [message, error].find((words) => typeof words === "string") ?? "";
  } catch {
    return "";
  }
}
