import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { lockChatflow, noSuchChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Database } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { always, batchTimeoutMs, inBatches, rowsPerBatch } from "@/lib/maintenance/batches";
import { parseInput } from "@/lib/parse-input";
import { retentionSchema } from "@/lib/sessions/schema";

/** Batches deleted while an operator waits for a saved setting; the daily run does the rest. */
const batchesWhileSaving = 5;

/**
 * How long a chatflow keeps its conversations.
 * @returns days; null for ever, 0 not at all
 * @throws AppError `not_found` or `forbidden`
 */
export async function getRetention(ctx: Context, chatflowId: string): Promise<number | null> {
  authorize(ctx.actor, "sessions:read");
  const chatflow = await ctx.db.prisma.chatflow.findFirst({
    where: { id: chatflowId, workspaceId: ctx.actor.workspaceId },
    select: { retentionDays: true },
  });
  if (!chatflow) throw noSuchChatflow();
  return chatflow.retentionDays;
}

/**
 * Sets how long a chatflow keeps its conversations, and deletes what is older at once.
 * @returns how many turns were deleted
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function setRetention(ctx: Context, input: z.input<typeof retentionSchema>) {
  authorize(ctx.actor, "sessions:write");
  const { chatflowId, days } = parseInput(retentionSchema, input);
  await ctx.db.prisma.$transaction(async (tx) => {
    const { name } = await lockChatflow(tx, ctx, chatflowId);
    const own = { id: chatflowId, workspaceId: ctx.actor.workspaceId };
    const before = await tx.chatflow.findFirst({ where: own, select: { retentionDays: true } });
    await tx.chatflow.update({ where: own, data: { retentionDays: days }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "chatflow.retention_changed",
      target: { kind: "chatflow", id: chatflowId, name },
      detail: { before: { retentionDays: before?.retentionDays ?? null }, after: { retentionDays: days } },
    });
  });
  if (days === null) return { days, deleted: 0 };
  let batchesLeft = batchesWhileSaving;
  const deleted = await inBatches(
    rowsPerBatch,
    () => batchesLeft-- > 0,
    () => pruneBatch(ctx, chatflowId),
  );
  return { days, deleted };
}

/** Deletes one batch of what a chatflow no longer keeps, with its audit event. */
async function pruneBatch(ctx: Context, chatflowId: string): Promise<number> {
  const { workspaceId } = ctx.actor;
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      // Several instances may prune at once: each takes rows the others do not.
      const [row] = await tx.$queryRaw<{ count: number; name: string }[]>`
        WITH flow AS (
          SELECT id, name, CASE WHEN retention_days = 0 THEN 'infinity'::timestamptz
                             ELSE ${ctx.now}::timestamptz - make_interval(days => retention_days) END AS kept_from
          FROM chatflow
          WHERE id = ${chatflowId}::uuid AND workspace_id = ${workspaceId}::uuid AND retention_days IS NOT NULL
        ), gone AS (
          DELETE FROM prediction WHERE id = ANY(ARRAY(
            SELECT p.id FROM prediction p JOIN flow ON p.chatflow_id = flow.id AND p.created_at <= flow.kept_from
            ORDER BY p.created_at LIMIT ${rowsPerBatch} FOR UPDATE OF p SKIP LOCKED
          )) RETURNING 1
        )
        SELECT (SELECT count(*)::int FROM gone) AS count, name FROM flow`;
      if (!row || row.count === 0) return 0;
      await recordAudit(tx, ctx, {
        action: "session.expired",
        target: { kind: "chatflow", id: chatflowId, name: row.name },
        detail: { predictions: row.count },
      });
      return row.count;
    },
    { timeout: batchTimeoutMs },
  );
}

/**
 * Deletes what the workspace's chatflows no longer keep, in batches.
 * @returns how many turns were deleted
 * @throws AppError `forbidden`
 */
export async function pruneSessions(ctx: Context, mayGoOn = always): Promise<{ deleted: number }> {
  authorize(ctx.actor, "sessions:write");
  const chatflows = await ctx.db.prisma.chatflow.findMany({
    where: { workspaceId: ctx.actor.workspaceId, retentionDays: { not: null } },
    select: { id: true },
  });
  let deleted = 0;
  for (const { id } of chatflows) deleted += await inBatches(rowsPerBatch, mayGoOn, () => pruneBatch(ctx, id));
  return { deleted };
}

/** The same for every workspace of a deployment, as the system. */
export async function pruneEveryWorkspace(db: Database, now: Date, mayGoOn = always): Promise<{ deleted: number }> {
  let deleted = 0;
  for (const { id: workspaceId } of await db.prisma.workspace.findMany({ select: { id: true } })) {
    const actor = { kind: "system", workspaceId, name: "Retention" } as const;
    const ctx = { db, actor, now, requestId: newId(), address: null };
    deleted += (await pruneSessions(ctx, mayGoOn)).deleted;
  }
  return { deleted };
}
