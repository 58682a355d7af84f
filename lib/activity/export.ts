import "server-only";
import type { z } from "zod";
import { type ActivityRow, activityWhere, eventColumns, toEvent } from "@/lib/activity/query";
import { type ActivityEvent, activityFilterSchema } from "@/lib/activity/schema";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { newestFirst } from "@/lib/db/newest-first";
import { inBatches, perBatch } from "@/lib/export/in-batches";
import { parseInput } from "@/lib/parse-input";

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
  const rows = inBatches<ActivityRow>(
    (row) => [row.at.toISOString(), row.id],
    async (after) => {
      const { beyond, order } = newestFirst({ after }, "at");
      return await ctx.db.prisma.$queryRaw<ActivityRow[]>`
        SELECT ${eventColumns} FROM (
          SELECT * FROM audit_event row WHERE ${where} ${beyond} ORDER BY ${order} LIMIT ${perBatch}
        ) row ORDER BY ${order}`;
    },
  );
  for await (const row of rows) yield toEvent(row);
}
