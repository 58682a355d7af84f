import { env, isServerless } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";
import { requireSharedSecret } from "@/lib/http/shared-secret";
import { exposition } from "@/lib/metrics/metrics";

export const dynamic = "force-dynamic";

/** What this instance counts, for Prometheus. There is nothing to find unless it was asked for. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  async GET({ request, headers }) {
    const token = env().FLOWLATCH_METRICS_TOKEN;
    // A function counts only what it answered itself, and forgets it.
    if (!token || isServerless()) throw new AppError("not_found", "There are no metrics here.");
    requireSharedSecret(request.headers, token, "FLOWLATCH_METRICS_TOKEN");
    const { contentType, text } = await exposition();
    return new Response(text, { headers: { ...headers, "Content-Type": contentType } });
  },
});
