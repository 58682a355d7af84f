import { database } from "@/lib/db/client";
import { engineFor } from "@/lib/engines/registry";
import { apiRoute } from "@/lib/http/api-route";
import { corsHeaders } from "@/lib/http/cors";
import { allowedOriginsOf } from "@/lib/sharing/origins";
import { originsOfChatflow, readVisitedChatflow } from "@/lib/sharing/visited";

/** Asked by Flowise's clients, without credentials, before each call. Says nothing else of a chatflow. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string }>(
  {
    GET: async ({ request, headers, params: { chatflowId } }) => {
      const { engine, sharing } = await readVisitedChatflow(database(), chatflowId);
      Object.assign(headers, corsHeaders(request.headers, allowedOriginsOf(sharing)));
      return Response.json({ isStreaming: engineFor(engine).streams }, { headers });
    },
  },
  { websitesOf: ({ chatflowId }) => originsOfChatflow(database(), chatflowId) },
);
