import { BrokenAnswerError } from "@/lib/engines/upstream-errors";
import { isTooDeep, jsonMaxDepth } from "@/lib/json-depth";

/** One event of a stream of Flowise's. */
export interface FlowiseEvent {
  event: string;
  data: unknown;
  /** What stands beside them: `thinking` ends with a `duration`. */
  more: Record<string, unknown>;
}

export const brokeOff = "The Flowise server’s answer broke off.";
export const notUnderstood = "The Flowise server’s answer could not be understood.";
export const tooDeep = `The Flowise server’s answer is nested deeper than ${jsonMaxDepth} levels, which is not passed on.`;

/** Frames end with a blank line, whichever way its lines end. */
const frameEnd = /\r?\n\r?\n/;
const frameEndLength = 4;

/**
 * The events of a stream, up to `end`. Of a frame only its data counts: Flowise writes `message:` before
 * it or, in some versions, `message`. What has no data is a comment that keeps the connection open.
 * @throws BrokenAnswerError when the stream ends in the middle, or is none of Flowise's
 */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FlowiseEvent, void> {
  const decoder = new TextDecoder();
  /** Of a frame whose end has not come. Put together once: it may be long, and come in many chunks. */
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    // The end may itself be cut, at most before its last character.
    const isEnded = frameEnd.test((rest.at(-1)?.slice(-frameEndLength) ?? "") + text);
    rest.push(text);
    if (!isEnded) continue;
    const frames = rest.join("").split(frameEnd);
    rest = [frames.pop() ?? ""];
    for (const frame of frames) {
      const event = readFrame(frame);
      if (event?.event === "end") return;
      if (event) yield event;
    }
  }
  throw new BrokenAnswerError(brokeOff);
}

function readFrame(frame: string): FlowiseEvent | null {
  const data = frame
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length));
  if (data.length === 0) return null;
  const event = parseEvent(data.join("\n"));
  if (!event) throw new BrokenAnswerError(notUnderstood);
  if (isTooDeep(event.data) || isTooDeep(event.more)) throw new BrokenAnswerError(tooDeep);
  return event;
}

function parseEvent(text: string): FlowiseEvent | null {
  try {
    const { event, data, ...more } = Object(JSON.parse(text)) as Record<string, unknown>;
    return typeof event === "string" ? { event, data, more } : null;
  } catch {
    return null;
  }
}
