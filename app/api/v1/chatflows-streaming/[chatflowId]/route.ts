import { database } from "@/lib/db/client";
import { apiRoute } from "@/lib/http/api-route";
import { apiHeaders } from "@/lib/http/problem";
import { chatflowStreams } from "@/lib/predictions/streaming";

/** Asked by Flowise's clients, without credentials, before each call. Says nothing else of a chatflow. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute<{ chatflowId: string }>({
  GET: async ({ requestId, params: { chatflowId } }) => {
    const isStreaming = await chatflowStreams(database(), chatflowId);
    return Response.json({ isStreaming }, { headers: apiHeaders(requestId) });
  },
});
