import { operatorRoute } from "@/lib/auth/route";
import { exportResponse, readExportQuery } from "@/lib/export/response";
import { leadExport } from "@/lib/leads/formats";
import { exportLeads } from "@/lib/leads/received";

/** The leads that the page's filters leave, as a file: `?format=csv` or `jsonl`, and the page's own query. */
export const GET = operatorRoute<{ id: string }>(async (ctx, request, { id: chatflowId }) => {
  const { format, query } = readExportQuery(request);
  const { q: search, ...filter } = query;
  const rows = await exportLeads(ctx, { ...filter, search, chatflowId });
  return exportResponse({ format, what: "leads", shape: leadExport, rows }, ctx);
});
