import { readLines } from "@/components/chat/read-lines";
import type { EngineEvent } from "@/lib/engines/engine";

export type TryEvent = EngineEvent | { type: "done" } | { type: "error"; message: string };

/** One JSON object a line, as `[id]/try` sends them; blank lines keep the connection open. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<TryEvent, void> {
  for await (const line of readLines(body)) if (line) yield JSON.parse(line) as TryEvent;
}
