import { currentOperator } from "@/lib/auth/current";
import { previewChatflow } from "@/lib/chatflows/preview";
import { database } from "@/lib/db/client";
import type { EngineEvent } from "@/lib/engines/engine";
import { AppError, toAppError } from "@/lib/errors";
import { eventStream } from "@/lib/http/event-stream";
import { readJson } from "@/lib/http/json-body";
import { apiHeaders, problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";
import { assertSameOrigin } from "@/lib/http/same-origin";
import { log } from "@/lib/log";

/** Room for a question and the turns sent along with it. */
const maxBodyBytes = 1024 * 1024;
const heartbeatMs = 15_000;

/**
 * The chat panel's endpoint: a chatflow asked by its operator, by session cookie, unrecorded. It
 * answers one JSON object a line: the engine's events, then `done` or `error`.
 */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    assertSameOrigin(request.headers);
    const actor = await currentOperator();
    if (!actor) throw new AppError("unauthenticated", "Your session has ended. Sign in again, then ask once more.");
    const body = await readJson(request, maxBodyBytes);
    // What they hold is checked by the use case.
    const { question, turns } = Object(body) as { question: string; turns: [] };
    const ctx = { db: database(), actor, now: new Date(), requestId };
    const abort = new AbortController();
    const signal = AbortSignal.any([request.signal, abort.signal]);
    const events = await previewChatflow(ctx, { chatflowId: (await params).id, question, turns, signal });
    // Pulled before the status is sent, so that an engine that fails at once is an error, not a 200.
    const first = await events.next();
    const stream = eventStream(lines(first, events, abort, requestId), { frame: "\n", everyMs: heartbeatMs });
    return new Response(stream, {
      headers: {
        ...apiHeaders(requestId),
        "Content-Type": "application/x-ndjson; charset=utf-8",
        // A proxy or compressor that waits for more would hold the answer back.
        "Cache-Control": "no-store, no-transform",
        "X-Accel-Buffering": "no",
      },
    });
  } catch (error) {
    return problemResponse(error, requestId);
  }
}

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
