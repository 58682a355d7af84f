import type { Grant } from "@/lib/api-keys/verify";
import { env } from "@/lib/env";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { eventStream } from "@/lib/http/event-stream";
import { readJson } from "@/lib/http/json-body";
import { openAiErrorAnswer } from "@/lib/openai/error";
import { modelIn } from "@/lib/openai/model";
import { responseFrames, wholeResponse } from "@/lib/openai/responses-answer";
import { assertContinues, parseResponsesRequest } from "@/lib/openai/responses-request";
import { startPrediction } from "@/lib/predictions/start";
import { heartbeatEveryMs, heartbeatFrame, streamHeaders } from "@/lib/predictions/wire";

export const maxDuration = 300;

/** A prediction in the form of OpenAI's Responses API: text in, text out. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute(
  {
    POST: async (call) => {
      const { request: http, headers } = call;
      const token = bearerToken(http.headers);
      const asked = parseResponsesRequest(await readJson(http, env().FLOWLATCH_MAX_BODY_BYTES));
      const { model, request, echo } = asked;
      const assertAnswerable = (grant: Grant) => assertContinues(asked, grant);
      const { events, ...prediction } = await startPrediction(call, {
        chatflowId: model,
        token,
        request,
        assertAnswerable,
      });
      const facts = { ...prediction, echo };
      if (!request.streaming) return Response.json(await wholeResponse(facts, events), { headers });
      const frames = responseFrames(facts, events);
      const stream = eventStream(frames, { frame: heartbeatFrame, everyMs: heartbeatEveryMs });
      return new Response(stream, { headers: { ...headers, ...streamHeaders } });
    },
  },
  { errorAnswer: openAiErrorAnswer, chatflowIn: modelIn },
);
