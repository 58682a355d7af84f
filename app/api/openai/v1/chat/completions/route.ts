import { env } from "@/lib/env";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { eventStream } from "@/lib/http/event-stream";
import { readJson } from "@/lib/http/json-body";
import { chatCompletion, chatFrames } from "@/lib/openai/chat-answer";
import { parseChatRequest } from "@/lib/openai/chat-request";
import { openAiErrorAnswer } from "@/lib/openai/error";
import { modelIn } from "@/lib/openai/model";
import { startPrediction } from "@/lib/predictions/start";
import { heartbeatEveryMs, heartbeatFrame, streamHeaders } from "@/lib/predictions/wire";

export const maxDuration = 300;

/** A prediction as OpenAI's clients ask for it and read it (docs/guide/openai.md). */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute(
  {
    POST: async (call) => {
      const { request: http, headers } = call;
      const token = bearerToken(http.headers);
      const { model, request, includeUsage } = parseChatRequest(await readJson(http, env().FLOWLATCH_MAX_BODY_BYTES));
      const { events, ...facts } = await startPrediction(call, { chatflowId: model, token, request });
      if (!request.streaming) return Response.json(await chatCompletion(facts, events), { headers });
      const frames = chatFrames(facts, events, includeUsage);
      const stream = eventStream(frames, { frame: heartbeatFrame, everyMs: heartbeatEveryMs });
      return new Response(stream, { headers: { ...headers, ...streamHeaders } });
    },
  },
  { errorAnswer: openAiErrorAnswer, chatflowIn: modelIn },
);
