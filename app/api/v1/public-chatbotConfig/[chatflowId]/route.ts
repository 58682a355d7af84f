import { database } from "@/lib/db/client";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { corsHeaders } from "@/lib/http/cors";
import { admitCall } from "@/lib/predictions/start";
import { bareChatbotConfig, chatbotConfig } from "@/lib/sharing/chatbot-config";
import { allowedOriginsOf } from "@/lib/sharing/origins";
import { originsOfChatflow, readVisitedChatflow } from "@/lib/sharing/visited";

/**
 * What Flowise's widget asks before it begins. A public chatflow tells anybody, a guarded one who shows a token that
 * it accepts; whoever shows none is told what is the same for all of them.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string }>(
  {
    GET: async (call) => {
      const { request, headers, params } = call;
      const token = bearerToken(request.headers);
      if (token) {
        const { grant } = await admitCall(call, { ...params, token, sessionId: null, counts: false });
        return Response.json(chatbotConfig(grant.chatflow), { headers });
      }
      const chatflow = await readVisitedChatflow(database(), params.chatflowId);
      Object.assign(headers, corsHeaders(request.headers, allowedOriginsOf(chatflow.sharing)));
      const config = chatflow.isPublic ? chatbotConfig(chatflow) : bareChatbotConfig;
      return Response.json(config, { headers });
    },
  },
  { websitesOf: ({ chatflowId }) => originsOfChatflow(database(), chatflowId) },
);
