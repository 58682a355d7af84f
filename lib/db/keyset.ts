import { z } from "zod";

const cursorSchema = z.tuple([z.string().max(300), z.guid()]);

/** Where a page of a sorted list ends or starts: the sort column's value as text, and the row's id. */
export type Cursor = z.infer<typeof cursorSchema>;

/** A cursor for a URL. Not secret, and not trusted when it comes back. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** The cursor, or null when it was cut, edited or made by another version: the list then starts at its top. */
export function decodeCursor(text: string | undefined): Cursor | null {
  if (!text) return null;
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    return null;
  }
}

/** The place of a cursor in a list sorted by time. Times have whole milliseconds, as in the columns. */
export function timeCursor(text: string | undefined): { createdAt: Date; id: string } | null {
  const [time, id] = decodeCursor(text) ?? [];
  const createdAt = new Date(time ?? Number.NaN);
  return id === undefined || Number.isNaN(createdAt.getTime()) ? null : { createdAt, id };
}

/** A text as a LIKE pattern for "contains": its own wildcards are data. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** A list's rows as they came, one more than fit where there are more. */
interface Fetched<Row> {
  rows: Row[];
  perPage: number;
  /** Whether the page starts at a cursor. */
  isContinued: boolean;
  /** Whether the rows were read towards the list's top, and so are in reverse. */
  backwards: boolean;
  cursorOf: (row: Row) => Cursor;
}

/** The rows of a page in the list's order, with cursors for its neighbours; null where there is none. */
export function pageOf<Row>({ rows, perPage, isContinued, backwards, cursorOf }: Fetched<Row>) {
  const hasMore = rows.length > perPage;
  const shown = rows.slice(0, perPage);
  if (backwards) shown.reverse();
  const encoded = (row: Row | undefined) => (row ? encodeCursor(cursorOf(row)) : null);
  return {
    shown,
    next: backwards || hasMore ? encoded(shown.at(-1)) : null,
    previous: (backwards ? hasMore : isContinued) ? encoded(shown[0]) : null,
  };
}
