import { database } from "@/lib/db/client";
import { chatflowOfFeedback, commentFeedback, giveFeedback } from "@/lib/feedback/give";
import { type ApiCall, apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { readJson } from "@/lib/http/json-body";
import { admitCall } from "@/lib/predictions/start";
import { originsOfFeedback } from "@/lib/sharing/visited";

/** Bytes of a body: a comment and what is around it. */
const bodyMaxBytes = 65_536;

/** Of a chatflow where feedback is given, and of feedback where it is added to: so Flowise's clients have it. */
type Params = { id: string };

async function admit(call: ApiCall<Params>, chatflowId: string) {
  return await admitCall(call, { chatflowId, token: bearerToken(call.request.headers), sessionId: null });
}

/** Keeps what somebody thought of an answer. Who may is decided as for a prediction, and it counts as a call. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<Params>(
  {
    POST: async (call) => {
      const body = await readJson(call.request, bodyMaxBytes);
      const { grant, now } = await admit(call, call.params.id);
      return Response.json(await giveFeedback(database(), grant, { body, now }), { headers: call.headers });
    },
    PUT: async (call) => {
      const { id: feedbackId } = call.params;
      const body = await readJson(call.request, bodyMaxBytes);
      const { grant, now } = await admit(call, await chatflowOfFeedback(database(), feedbackId));
      return Response.json(await commentFeedback(database(), grant, { feedbackId, body, now }), {
        headers: call.headers,
      });
    },
  },
  { websitesOf: ({ id }) => originsOfFeedback(database(), id) },
);
