import { apiRoute } from "@/lib/http/api-route";
import { apiHeaders } from "@/lib/http/problem";
import packageJson from "@/package.json";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: async ({ requestId }) => Response.json({ version: packageJson.version }, { headers: apiHeaders(requestId) }),
});
