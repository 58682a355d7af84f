import { database } from "@/lib/db/client";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { readJson } from "@/lib/http/json-body";
import { newId } from "@/lib/ids";
import { cancellableAs, cancelledBy, endCancelled, isHandshake, sessionHeader } from "@/lib/mcp/cancel";
import { mcpErrorAnswer } from "@/lib/mcp/error";
import { questionIn } from "@/lib/mcp/message";
import { refuseForeignOrigin } from "@/lib/mcp/origin";
import { answerMessage } from "@/lib/mcp/server";
import { admitCall, startAdmitted } from "@/lib/predictions/start";
import { streamHeaders } from "@/lib/predictions/wire";

export const maxDuration = 300;

/**
 * A chatflow as a tool of the Model Context Protocol. Each message is verified like a prediction; only one
 * that asks a question counts against the key's limits.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string }>(
  {
    POST: async (call) => {
      const { request: http, requestId, headers, params } = call;
      refuseForeignOrigin(http.headers);
      const token = bearerToken(http.headers);
      const message = await readJson(http, env().FLOWLATCH_MAX_BODY_BYTES);
      const question = questionIn(message);
      const sessionId = question?.continuesSession ? question.sessionId : null;
      const admission = await admitCall(call, { ...params, token, sessionId, counts: question !== null });
      const { grant } = admission;
      await endCancelled(database(), grant, cancelledBy(http.headers, message));
      const response = await answerMessage(http, message, {
        chatflow: grant.chatflow,
        requestId,
        ask: async () => {
          if (!question) throw new AppError("invalid_input", "A question is needed.");
          return await startAdmitted(call, admission, question, cancellableAs(http.headers, message));
        },
      });
      if (isHandshake(message)) headers[sessionHeader] = newId();
      const isStream = response.headers.get("content-type") === streamHeaders["Content-Type"];
      // A proxy or compressor that waits for more would hold a stream back.
      const own = isStream ? { ...headers, ...streamHeaders } : headers;
      for (const [name, value] of Object.entries(own)) response.headers.set(name, value);
      return response;
    },
  },
  { errorAnswer: mcpErrorAnswer },
);
