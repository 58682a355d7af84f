import "server-only";
import type { z } from "zod";
import { type ActivityRow, activityWhere, eventColumns, toEvent } from "@/lib/activity/query";
import { type ActivityEvent, activityFilterSchema } from "@/lib/activity/schema";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { encodeCursor } from "@/lib/db/keyset";
import { newestFirst } from "@/lib/db/newest-first";
import { parseInput } from "@/lib/parse-input";

/** Events read at a time: what an export holds in memory, however many there are. */
const perBatch = 500;

/**
 * All events that pass the filters, newest first, read in batches as they are taken.
 * @throws AppError `forbidden`, before the first event
 */
export function exportActivity(
  ctx: Context,
  input: z.input<typeof activityFilterSchema> = {},
): AsyncGenerator<ActivityEvent, void> {
  authorize(ctx.actor, "activity:read");
  return readBatches(ctx, parseInput(activityFilterSchema, input));
}

async function* readBatches(ctx: Context, filter: z.output<typeof activityFilterSchema>) {
  const where = activityWhere(ctx, filter);
  let after: string | undefined;
  for (;;) {
    const { beyond, order } = newestFirst({ after }, "at");
    const rows = await ctx.db.prisma.$queryRaw<ActivityRow[]>`
      SELECT ${eventColumns} FROM (
        SELECT * FROM audit_event row WHERE ${where} ${beyond} ORDER BY ${order} LIMIT ${perBatch}
      ) row ORDER BY ${order}`;
    yield* rows.map(toEvent);
    const last = rows.at(-1);
    if (!last || rows.length < perBatch) return;
    after = encodeCursor([last.at.toISOString(), last.id]);
  }
}
