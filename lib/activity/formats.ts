import type { ActivityEvent } from "@/lib/activity/schema";

/** One line of an export. */
type Line = (event: ActivityEvent) => string;

const columns: [string, (event: ActivityEvent) => string | null][] = [
  ["time", ({ at }) => at.toISOString()],
  ["actor_kind", ({ actor }) => actor.kind],
  ["actor_id", ({ actor }) => actor.id],
  ["actor", ({ actor }) => actor.name],
  ["action", ({ action }) => action],
  ["target_kind", ({ target }) => target.kind],
  ["target_id", ({ target }) => target.id],
  ["target", ({ target }) => target.name],
  ["detail", ({ detail }) => JSON.stringify(detail)],
  ["address", ({ address }) => address],
  ["request_id", ({ requestId }) => requestId],
];

/**
 * A value as a CSV field (RFC 4180). A spreadsheet takes what begins with `= + - @`, a tab or a return
 * for a formula, so that gets an apostrophe in front (ASVS 5.0, 1.2.10).
 */
function csvField(value: string | null): string {
  const text = value ?? "";
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine: Line = (event) => `${columns.map(([, read]) => csvField(read(event))).join(",")}\r\n`;
/** An event as JSON Lines: a document a line. */
const jsonLine: Line = ({ id, at, actor, action, target, detail, address, requestId }) =>
  `${JSON.stringify({ id, time: at, actor, action, target, detail, address, requestId })}\n`;

/** What an export can be written as. `head` is written even where no event follows. */
export const exportFormats = {
  csv: { mediaType: "text/csv; charset=utf-8", head: `${columns.map(([name]) => name).join(",")}\r\n`, line: csvLine },
  jsonl: { mediaType: "application/jsonl; charset=utf-8", head: "", line: jsonLine },
} as const;

export type ExportFormat = keyof typeof exportFormats;

/** Events as the parts of a file. */
export async function* writeExport(
  format: ExportFormat,
  events: AsyncIterable<ActivityEvent>,
): AsyncGenerator<string, void> {
  const { head, line } = exportFormats[format];
  if (head) yield head;
  for await (const event of events) yield line(event);
}
