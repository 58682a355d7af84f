import { type CsvColumns, csvHead, csvLine } from "@/lib/export/csv";

/** What an export can be written as. */
export const exportFormats = {
  csv: { mediaType: "text/csv; charset=utf-8" },
  jsonl: { mediaType: "application/jsonl; charset=utf-8" },
} as const;

export type ExportFormat = keyof typeof exportFormats;

/** How rows of a kind are written. */
export interface ExportShape<Row> {
  columns: CsvColumns<Row>;
  /** A row as a document of its own: a line of JSON Lines. */
  json: (row: Row) => object;
}

/** Rows as the parts of a file. A CSV's head is written even where no row follows. */
export async function* writeExport<Row>(
  format: ExportFormat,
  { columns, json }: ExportShape<Row>,
  rows: AsyncIterable<Row>,
): AsyncGenerator<string, void> {
  if (format === "csv") yield csvHead(columns);
  for await (const row of rows) yield format === "csv" ? csvLine(columns, row) : `${JSON.stringify(json(row))}\n`;
}
