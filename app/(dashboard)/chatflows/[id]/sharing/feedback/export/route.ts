import { operatorRoute } from "@/lib/auth/route";
import { exportResponse, readExportQuery } from "@/lib/export/response";
import { feedbackExport } from "@/lib/feedback/formats";
import { exportFeedback } from "@/lib/feedback/received";

/** The feedback that the page's filters leave, as a file: `?format=csv` or `jsonl`, and the page's own query. */
export const GET = operatorRoute<{ id: string }>(async (ctx, request, { id: chatflowId }) => {
  const { format, query } = readExportQuery(request);
  const rows = await exportFeedback(ctx, { ...query, chatflowId });
  return exportResponse({ format, what: "feedback", shape: feedbackExport, rows }, ctx);
});
