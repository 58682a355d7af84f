import { apiRoute } from "@/lib/http/api-route";
import { apiHeaders } from "@/lib/http/problem";

/** Shows that the server answers; it touches no database. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: async ({ requestId }) =>
    new Response("pong", { headers: { ...apiHeaders(requestId), "Content-Type": "text/plain; charset=utf-8" } }),
});
