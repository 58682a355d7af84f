import { apiRoute } from "@/lib/http/api-route";
import { requireMetricsToken } from "@/lib/http/metrics-token";
import { exposition } from "@/lib/metrics/metrics";

export const dynamic = "force-dynamic";

/** What this instance counts, for Prometheus. There is nothing to find unless it was asked for. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  async GET({ request, headers }) {
    requireMetricsToken(request.headers);
    const { contentType, text } = await exposition();
    return new Response(text, { headers: { ...headers, "Content-Type": contentType } });
  },
});
