import { exportActivity } from "@/lib/activity/export";
import { activityExport } from "@/lib/activity/formats";
import { operatorRoute } from "@/lib/auth/route";
import { exportResponse, readExportQuery } from "@/lib/export/response";

/** The changes that the page's filters leave, as a file: `?format=csv` or `jsonl`, and the page's own query. */
export const GET = operatorRoute(async (ctx, request) => {
  const { format, query } = readExportQuery(request);
  const { q: search, ...filter } = query;
  const rows = exportActivity(ctx, { ...filter, search });
  return exportResponse({ format, what: "activity", shape: activityExport, rows }, ctx);
});
