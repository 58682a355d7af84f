import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { openAiErrorAnswer } from "@/lib/openai/error";
import { toModel } from "@/lib/openai/model";
import { admitCall } from "@/lib/predictions/start";

/** One chatflow, by id or slug, if the key may call it. Uses up none of the key's limits. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string }>(
  {
    GET: async (call) => {
      const token = bearerToken(call.request.headers);
      const asked = { ...call.params, token, sessionId: null, counts: false };
      const { grant } = await admitCall(call, asked);
      return Response.json(toModel(grant.chatflow), { headers: call.headers });
    },
  },
  { errorAnswer: openAiErrorAnswer },
);
