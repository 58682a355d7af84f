import "server-only";
import type { z } from "zod";
import { momentsOf } from "@/lib/activity/schema";
import { authorize } from "@/lib/auth/roles";
import { requireChatflow } from "@/lib/chatflows/find";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { type Cursor, pageOf } from "@/lib/db/keyset";
import { newestFirst } from "@/lib/db/newest-first";
import { inBatches, perBatch } from "@/lib/export/in-batches";
import {
  type FeedbackFilter,
  feedbackFilterSchema,
  listFeedbackSchema,
  type ReceivedFeedback,
} from "@/lib/feedback/received-schema";
import { parseInput } from "@/lib/parse-input";

/** Ratings on a page. */
export const feedbackPerPage = 50;

export interface FeedbackPage {
  items: ReceivedFeedback[];
  /** Cursors for the neighbouring pages; null where there is none. */
  next: string | null;
  previous: string | null;
}

const cursorOf = ({ at, id }: ReceivedFeedback): Cursor => [at.toISOString(), id];

function whereOf(ctx: Context, filter: FeedbackFilter): Prisma.Sql {
  const { since, until } = momentsOf(filter);
  const conditions = [
    Prisma.sql`row.workspace_id = ${ctx.actor.workspaceId}::uuid AND row.chatflow_id = ${filter.chatflowId}::uuid`,
    filter.rating && Prisma.sql`row.rating = ${filter.rating}`,
    since && Prisma.sql`row.created_at >= ${since}::timestamptz`,
    until && Prisma.sql`row.created_at < ${until}::timestamptz`,
  ];
  return Prisma.join(
    conditions.filter((condition) => typeof condition === "object" && condition !== null),
    " AND ",
  );
}

/** Rows in the order of the list, with the question and the answer they are about. */
async function read(
  ctx: Context,
  filter: FeedbackFilter,
  { beyond, order }: Pick<ReturnType<typeof newestFirst>, "beyond" | "order">,
  limit: number,
): Promise<ReceivedFeedback[]> {
  return await ctx.db.prisma.$queryRaw<ReceivedFeedback[]>`
    SELECT row.id, row.created_at AS at, row.rating, row.content, p.id AS "turnId", p.session_id AS "sessionId",
           p.question, p.answer
    FROM (
      SELECT * FROM feedback row WHERE ${whereOf(ctx, filter)} ${beyond} ORDER BY ${order} LIMIT ${limit}
    ) row JOIN prediction p ON p.id = row.prediction_id AND p.workspace_id = row.workspace_id
    ORDER BY ${order}`;
}

/**
 * A page of what visitors thought of a chatflow's answers, newest first, by keyset.
 * @throws AppError `not_found` or `forbidden`
 */
export async function listFeedback(ctx: Context, input: z.input<typeof listFeedbackSchema>): Promise<FeedbackPage> {
  authorize(ctx.actor, "sessions:read");
  const { after, before, ...filter } = parseInput(listFeedbackSchema, input);
  await requireChatflow(ctx, filter.chatflowId);
  const { isContinued, backwards, ...place } = newestFirst({ after, before }, "created_at");
  const rows = await read(ctx, filter, place, feedbackPerPage + 1);
  const { shown, next, previous } = pageOf({ rows, perPage: feedbackPerPage, isContinued, backwards, cursorOf });
  return { items: shown, next, previous };
}

/**
 * All of it that passes the filters, newest first, read in batches as it is taken.
 * @throws AppError `not_found` or `forbidden`, before the first
 */
export async function exportFeedback(
  ctx: Context,
  input: z.input<typeof feedbackFilterSchema>,
): Promise<AsyncGenerator<ReceivedFeedback, void>> {
  authorize(ctx.actor, "sessions:read");
  const filter = parseInput(feedbackFilterSchema, input);
  await requireChatflow(ctx, filter.chatflowId);
  return inBatches(cursorOf, (after) => read(ctx, filter, newestFirst({ after }, "created_at"), perBatch));
}
