import { apiRoute } from "@/lib/http/api-route";
import { requireCronSecret } from "@/lib/http/cron-secret";
import { maintain } from "@/lib/maintenance/maintain";

export const maxDuration = 300;

/** Leaves a minute for the batch that is under way when it ends, and for the answer. */
const timeMs = 240_000;

/**
 * The maintenance, for where no process lives long enough to do it by the clock: a cron job calls this once
 * a day (vercel.json). 500 when a part of it failed, so that the cron job counts as failed too.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  GET: async ({ request, headers, startedAt }) => {
    requireCronSecret(request.headers);
    const report = await maintain(() => performance.now() - startedAt < timeMs);
    return Response.json(report, { headers, status: report.failed.length > 0 ? 500 : 200 });
  },
});
