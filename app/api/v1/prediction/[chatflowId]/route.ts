import { database } from "@/lib/db/client";
import { env } from "@/lib/env";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { eventStream } from "@/lib/http/event-stream";
import { readJson } from "@/lib/http/json-body";
import { parsePrediction } from "@/lib/predictions/schema";
import { startPrediction } from "@/lib/predictions/start";
import { answerFrames, heartbeatEveryMs, heartbeatFrame, jsonAnswer, streamHeaders } from "@/lib/predictions/wire";
import { originsOfChatflow } from "@/lib/sharing/visited";

export const maxDuration = 300;

/** Answers a question, as JSON or word by word. What is wrong with a call is told before the first byte. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string }>(
  {
    POST: async (call) => {
      const { request: http, headers, params } = call;
      const token = bearerToken(http.headers);
      const request = parsePrediction(await readJson(http, env().FLOWLATCH_MAX_BODY_BYTES));
      const { events, ...facts } = await startPrediction(call, { ...params, token, request });
      if (!request.streaming || !facts.streams) return Response.json(await jsonAnswer(facts, events), { headers });
      const stream = eventStream(answerFrames(facts, events), { frame: heartbeatFrame, everyMs: heartbeatEveryMs });
      return new Response(stream, { headers: { ...headers, ...streamHeaders } });
    },
  },
  { websitesOf: ({ chatflowId }) => originsOfChatflow(database(), chatflowId) },
);
