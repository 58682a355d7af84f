/** Columns of a file in their order: what each is called, and its value in a row. */
export type CsvColumns<Row> = readonly (readonly [name: string, read: (row: Row) => string | null])[];

/**
 * A value as a CSV field (RFC 4180). A spreadsheet takes what begins with `= + - @`, a tab or a return
 * for a formula, so that gets an apostrophe in front (ASVS 5.0, 1.2.10).
 */
function csvField(value: string | null): string {
  const text = value ?? "";
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvHead<Row>(columns: CsvColumns<Row>): string {
  return `${columns.map(([name]) => name).join(",")}\r\n`;
}

export function csvLine<Row>(columns: CsvColumns<Row>, row: Row): string {
  return `${columns.map(([, read]) => csvField(read(row))).join(",")}\r\n`;
}
