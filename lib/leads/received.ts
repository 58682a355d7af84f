import "server-only";
import type { z } from "zod";
import { momentsOf } from "@/lib/activity/schema";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { requireChatflow } from "@/lib/chatflows/find";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { type Cursor, containsPattern, pageOf } from "@/lib/db/keyset";
import { newestFirst } from "@/lib/db/newest-first";
import { AppError } from "@/lib/errors";
import { inBatches, perBatch } from "@/lib/export/in-batches";
import {
  deleteLeadSchema,
  type LeadFilter,
  leadFilterSchema,
  listLeadsSchema,
  type ReceivedLead,
} from "@/lib/leads/received-schema";
import { parseInput } from "@/lib/parse-input";

/** Leads on a page. */
export const leadsPerPage = 50;

export interface LeadPage {
  items: ReceivedLead[];
  /** Cursors for the neighbouring pages; null where there is none. */
  next: string | null;
  previous: string | null;
}

const cursorOf = ({ at, id }: ReceivedLead): Cursor => [at.toISOString(), id];

function whereOf(ctx: Context, filter: LeadFilter): Prisma.Sql {
  const { since, until } = momentsOf(filter);
  const pattern = containsPattern(filter.search);
  const conditions = [
    Prisma.sql`row.workspace_id = ${ctx.actor.workspaceId}::uuid AND row.chatflow_id = ${filter.chatflowId}::uuid`,
    filter.search && Prisma.sql`concat_ws(E'\n', row.name, row.email, row.phone) ILIKE ${pattern}`,
    since && Prisma.sql`row.created_at >= ${since}::timestamptz`,
    until && Prisma.sql`row.created_at < ${until}::timestamptz`,
  ];
  return Prisma.join(
    conditions.filter((condition) => typeof condition === "object" && condition !== null),
    " AND ",
  );
}

/** Rows in the order of the list. Visitors' session is named by their chat, unless they named another. */
async function read(
  ctx: Context,
  filter: LeadFilter,
  { beyond, order }: Pick<ReturnType<typeof newestFirst>, "beyond" | "order">,
  limit: number,
): Promise<ReceivedLead[]> {
  return await ctx.db.prisma.$queryRaw<ReceivedLead[]>`
    SELECT row.id, row.created_at AS at, row.name, row.email, row.phone, row.chat_id AS "chatId",
           (SELECT p.id FROM prediction p
            WHERE p.workspace_id = row.workspace_id AND p.session_id = row.chat_id AND p.chatflow_id = row.chatflow_id
            ORDER BY p.created_at DESC, p.id DESC LIMIT 1) AS "turnId"
    FROM (
      SELECT * FROM lead row WHERE ${whereOf(ctx, filter)} ${beyond} ORDER BY ${order} LIMIT ${limit}
    ) row ORDER BY ${order}`;
}

/**
 * A page of who a chatflow's visitors said they are, newest first, by keyset.
 * @throws AppError `not_found` or `forbidden`
 */
export async function listLeads(ctx: Context, input: z.input<typeof listLeadsSchema>): Promise<LeadPage> {
  authorize(ctx.actor, "sessions:read");
  const { after, before, ...filter } = parseInput(listLeadsSchema, input);
  await requireChatflow(ctx, filter.chatflowId);
  const { isContinued, backwards, ...place } = newestFirst({ after, before }, "created_at");
  const rows = await read(ctx, filter, place, leadsPerPage + 1);
  const { shown, next, previous } = pageOf({ rows, perPage: leadsPerPage, isContinued, backwards, cursorOf });
  return { items: shown, next, previous };
}

/**
 * All leads that pass the filters, newest first, read in batches as they are taken.
 * @throws AppError `not_found` or `forbidden`, before the first
 */
export async function exportLeads(
  ctx: Context,
  input: z.input<typeof leadFilterSchema>,
): Promise<AsyncGenerator<ReceivedLead, void>> {
  authorize(ctx.actor, "sessions:read");
  const filter = parseInput(leadFilterSchema, input);
  await requireChatflow(ctx, filter.chatflowId);
  return inBatches(cursorOf, (after) => read(ctx, filter, newestFirst({ after }, "created_at"), perBatch));
}

/**
 * Deletes a lead: people ask to be forgotten. The audit event has its id, never who it was.
 * @throws AppError `not_found` or `forbidden`
 */
export async function deleteLead(ctx: Context, input: z.input<typeof deleteLeadSchema>): Promise<{ id: string }> {
  authorize(ctx.actor, "sessions:write");
  const { chatflowId, leadId: id } = parseInput(deleteLeadSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const { name } = await lockChatflow(tx, ctx, chatflowId);
    const { count } = await tx.lead.deleteMany({ where: { id, chatflowId, workspaceId: ctx.actor.workspaceId } });
    if (count === 0) throw new AppError("not_found", "There is no such lead. It may have been deleted meanwhile.");
    await recordAudit(tx, ctx, {
      action: "lead.deleted",
      target: { kind: "chatflow", id: chatflowId, name },
      detail: { leadId: id },
    });
    return { id };
  });
}
