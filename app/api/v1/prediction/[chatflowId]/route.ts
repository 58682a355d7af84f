import { rateLimitHeaders } from "@/lib/api-keys/limits";
import { verifyCall } from "@/lib/api-keys/verify";
import { database } from "@/lib/db/client";
import { env } from "@/lib/env";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { callerAddress } from "@/lib/http/client-address";
import { eventStream } from "@/lib/http/event-stream";
import { readJson } from "@/lib/http/json-body";
import { openPrediction } from "@/lib/predictions/predict";
import { parsePrediction } from "@/lib/predictions/schema";
import { answerFrames, heartbeatEveryMs, heartbeatFrame, jsonAnswer, streamHeaders } from "@/lib/predictions/wire";

export const maxDuration = 300;

/** Answers a question, as JSON or word by word. What is wrong with a call is told before the first byte. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string }>({
  POST: async ({ request: http, requestId, headers, params: { chatflowId } }) => {
    const startedAt = performance.now();
    const token = bearerToken(http.headers);
    const request = parsePrediction(await readJson(http, env().FLOWLATCH_MAX_BODY_BYTES));
    const sessionId = request.continuesSession ? request.sessionId : null;
    const address = callerAddress(http.headers);
    const now = new Date();
    const db = database();
    const grant = await verifyCall(db, { chatflowId, token, sessionId, address }, now);
    Object.assign(headers, rateLimitHeaders(grant.limits));
    const { signal } = http;
    const { events, ...facts } = await openPrediction(
      { db, now, startedAt, requestId, signal, address, request },
      grant,
    );

    if (!request.streaming || !facts.streams) return Response.json(await jsonAnswer(facts, events), { headers });
    const stream = eventStream(answerFrames(facts, events), { frame: heartbeatFrame, everyMs: heartbeatEveryMs });
    return new Response(stream, { headers: { ...headers, ...streamHeaders } });
  },
});
