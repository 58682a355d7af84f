import "server-only";
import { type ActivityRow, activityWhere, eventColumns, toEvent } from "@/lib/activity/query";
import { type ActivityEvent, type ListActivityInput, listActivitySchema } from "@/lib/activity/schema";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { pageOf } from "@/lib/db/keyset";
import { newestFirst } from "@/lib/db/newest-first";
import { parseInput } from "@/lib/parse-input";

/** Events on a page. */
export const eventsPerPage = 50;
/** Beyond this many, the count is "more than". */
const countCap = 10_000;

export interface ActivityPage {
  items: ActivityEvent[];
  /** Events that match, at most `countCap`. */
  count: number;
  countIsCapped: boolean;
  /** Cursors for the neighbouring pages; null where there is none. */
  next: string | null;
  previous: string | null;
}

/**
 * A page of what was changed in the workspace, newest first, by keyset: as fast on the last page as
 * on the first. Malformed parts of the input count as not given.
 * @throws AppError `forbidden`
 */
export async function listActivity(ctx: Context, input: ListActivityInput = {}): Promise<ActivityPage> {
  authorize(ctx.actor, "activity:read");
  const { after, before, ...filter } = parseInput(listActivitySchema, input);
  const where = activityWhere(ctx, filter);
  const { beyond, order, ...place } = newestFirst({ after, before }, "at");
  const [rows, [total]] = await Promise.all([
    ctx.db.prisma.$queryRaw<ActivityRow[]>`
      SELECT ${eventColumns} FROM (
        SELECT * FROM audit_event row WHERE ${where} ${beyond} ORDER BY ${order} LIMIT ${eventsPerPage + 1}
      ) row ORDER BY ${order}`,
    ctx.db.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM (SELECT 1 FROM audit_event row WHERE ${where} LIMIT ${countCap + 1}) counted`,
  ]);
  const { shown, next, previous } = pageOf({
    rows,
    perPage: eventsPerPage,
    ...place,
    cursorOf: (row) => [row.at.toISOString(), row.id],
  });
  const count = total?.count ?? 0;
  return {
    items: shown.map(toEvent),
    count: Math.min(count, countCap),
    countIsCapped: count > countCap,
    next,
    previous,
  };
}
