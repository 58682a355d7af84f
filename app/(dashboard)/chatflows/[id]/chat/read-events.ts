import type { EngineEvent } from "@/lib/engines/engine";

export type TryEvent = EngineEvent | { type: "done" } | { type: "error"; message: string };

/** One JSON object a line, as `[id]/try` sends them; blank lines keep the connection open. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<TryEvent, void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + part.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line) yield JSON.parse(line) as TryEvent;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
