import { database } from "@/lib/db/client";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { announceEnd } from "@/lib/predictions/ended-chats";
import { chatDigest, endAnswers } from "@/lib/predictions/running";
import { admitCall } from "@/lib/predictions/start";
import { originsOfChatflow } from "@/lib/sharing/visited";

/**
 * Ends what is being answered in a chat of the caller's own: at once on the instance that is called, within about a
 * second on the others. Uses nothing of a limit up: whoever has reached one may still stop what they began.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string; chatId: string }>(
  {
    PUT: async (call) => {
      const { chatflowId, chatId } = call.params;
      const token = bearerToken(call.request.headers);
      const { grant } = await admitCall(call, { chatflowId, token, sessionId: null, counts: false });
      const chat = chatDigest({ chatflowId: grant.chatflow.id, credentialId: grant.credentialId, chatId });
      const ended = endAnswers(chat);
      await announceEnd(database(), chat);
      const message = ended > 0 ? "Chat message aborted" : "Nothing was running here; other instances are told";
      return Response.json({ status: 200, message }, { headers: call.headers });
    },
  },
  { websitesOf: ({ chatflowId }) => originsOfChatflow(database(), chatflowId) },
);
