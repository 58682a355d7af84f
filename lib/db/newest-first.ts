import { Prisma } from "@/lib/db/client";
import { timeCursor } from "@/lib/db/keyset";

interface Cursors {
  after?: string | undefined;
  before?: string | undefined;
}

/**
 * Where a page of a list sorted by time, newest first, starts, and in which order it is read: towards
 * the list's top from a `before` cursor, else towards its end. A cursor that cannot be read counts as none.
 * @param time name of the column of times in the table called `row` in the query; its id is `row.id`
 */
export function newestFirst({ after, before }: Cursors, time: "at" | "created_at") {
  const cursor = timeCursor(after ?? before);
  const backwards = after === undefined && before !== undefined && cursor !== null;
  const column = Prisma.raw(`row.${time}`);
  const beyond = cursor
    ? Prisma.sql`AND (${column}, row.id) ${backwards ? Prisma.sql`>` : Prisma.sql`<`} (${cursor.createdAt}::timestamptz, ${cursor.id}::uuid)`
    : Prisma.empty;
  const order = Prisma.raw(backwards ? `row.${time} ASC, row.id ASC` : `row.${time} DESC, row.id DESC`);
  return { isContinued: cursor !== null, backwards, beyond, order };
}
