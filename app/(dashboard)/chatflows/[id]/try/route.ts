import { operatorRoute } from "@/lib/auth/route";
import { type PreviewInput, previewChatflow } from "@/lib/chatflows/preview";
import type { EngineEvent } from "@/lib/engines/engine";
import { env } from "@/lib/env";
import { toAppError } from "@/lib/errors";
import { eventStream } from "@/lib/http/event-stream";
import { readJson } from "@/lib/http/json-body";
import { apiHeaders } from "@/lib/http/problem";
import { log } from "@/lib/log";

const heartbeatMs = 15_000;

export const maxDuration = 300;

/**
 * The chat panel's endpoint: a chatflow asked by its operator, by session cookie, unrecorded. It
 * answers one JSON object a line: the engine's events, then `done` or `error`.
 */
export const POST = operatorRoute<{ id: string }>(async (ctx, request, { id: chatflowId }) => {
  const body = await readJson(request, env().FLOWLATCH_MAX_BODY_BYTES);
  // What it holds is checked by the use case.
  const { question, turns, engine, vars, uploads, sessionId } = Object(body) as Omit<PreviewInput, "chatflowId">;
  const abort = new AbortController();
  const signal = AbortSignal.any([request.signal, abort.signal]);
  const input = { chatflowId, question, turns, engine, vars, uploads, sessionId };
  const events = await previewChatflow(ctx, { ...input, signal });
  // Pulled before the status is sent, so that an engine that fails at once is an error, not a 200.
  const first = await events.next();
  const stream = eventStream(lines(first, events, abort, ctx.requestId), { frame: "\n", everyMs: heartbeatMs });
  return new Response(stream, {
    headers: {
      ...apiHeaders(ctx.requestId),
      "Content-Type": "application/x-ndjson; charset=utf-8",
      // A proxy or compressor that waits for more would hold the answer back.
      "Cache-Control": "no-store, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
});

async function* lines(
  first: IteratorResult<EngineEvent, void>,
  events: AsyncGenerator<EngineEvent, void>,
  abort: AbortController,
  requestId: string,
): AsyncGenerator<string, void> {
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  try {
    for (let next = first; !next.done; next = await events.next()) yield line(next.value);
    yield line({ type: "done" });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === "internal") log().error({ requestId, err: error.cause ?? error }, "preview failed");
    yield line({ type: "error", message: error.message });
  } finally {
    // Also when the reader left: whatever the engine waits for is given up.
    abort.abort();
    await events.return();
  }
}
