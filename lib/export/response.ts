import "server-only";
import { Readable } from "node:stream";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { type ExportFormat, type ExportShape, exportFormats, writeExport } from "@/lib/export/formats";
import { apiHeaders } from "@/lib/http/problem";

/**
 * The format that a request for a file names, and the rest of its query.
 * @throws AppError `invalid_input`
 */
export function readExportQuery(request: Request): { format: ExportFormat; query: Record<string, string> } {
  const { format = "csv", ...query } = Object.fromEntries(new URL(request.url).searchParams);
  if (format === "csv" || format === "jsonl") return { format, query };
  throw new AppError("invalid_input", "The format is csv or jsonl.", { field: "format" });
}

/** Rows to be kept as a file. */
export interface ExportFile<Row> {
  format: ExportFormat;
  /** What it holds, in its name. */
  what: string;
  shape: ExportShape<Row>;
  rows: AsyncIterable<Row>;
}

/** A file as an answer. Pulled part by part: a slow reader slows the queries, and one that leaves ends them. */
export function exportResponse<Row>(
  { format, what, shape, rows }: ExportFile<Row>,
  { now, requestId }: Pick<Context, "now" | "requestId">,
): Response {
  const name = `flowlatch-${what}-${now.toISOString().slice(0, 10)}.${format}`;
  const parts = Readable.from(writeExport(format, shape, rows));
  return new Response(Readable.toWeb(parts) as ReadableStream, {
    headers: {
      ...apiHeaders(requestId),
      "Content-Type": exportFormats[format].mediaType,
      "Content-Disposition": `attachment; filename="${name}"`,
    },
  });
}
