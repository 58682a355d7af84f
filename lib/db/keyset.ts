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

/** A text as a LIKE pattern for "contains": its own wildcards are data. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
