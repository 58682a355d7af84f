import { Readable } from "node:stream";
import { exportActivity } from "@/lib/activity/export";
import { exportFormats, writeExport } from "@/lib/activity/formats";
import { operatorRoute } from "@/lib/auth/route";
import { AppError } from "@/lib/errors";
import { apiHeaders } from "@/lib/http/problem";

/** Pulled part by part: a slow reader slows the queries, and one that leaves ends them. */
function textStream(parts: AsyncGenerator<string, void>): ReadableStream {
  return Readable.toWeb(Readable.from(parts)) as ReadableStream;
}

/** The changes that the page's filters leave, as a file: `?format=csv` or `jsonl`, and the page's own query. */
export const GET = operatorRoute(async (ctx, request) => {
  const { format = "csv", q: search, ...filter } = Object.fromEntries(new URL(request.url).searchParams);
  if (format !== "csv" && format !== "jsonl") {
    throw new AppError("invalid_input", "The format is csv or jsonl.", { field: "format" });
  }
  const events = exportActivity(ctx, { ...filter, search });
  const name = `flowlatch-activity-${ctx.now.toISOString().slice(0, 10)}.${format}`;
  return new Response(textStream(writeExport(format, events)), {
    headers: {
      ...apiHeaders(ctx.requestId),
      "Content-Type": exportFormats[format].mediaType,
      "Content-Disposition": `attachment; filename="${name}"`,
    },
  });
});
