import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { batchTimeoutMs, rowsPerBatch } from "@/lib/maintenance/batches";
import { parseInput } from "@/lib/parse-input";
import { type SessionKey, sessionOfTurn } from "@/lib/sessions/read";
import { turnSchema } from "@/lib/sessions/schema";

/**
 * Deletes the conversation that a turn belongs to. The audit event has its session id and how many
 * turns went, never what was said. A long one goes in several transactions, each with its event, and that turn last:
 * should one not come to its end, deleting it again does the rest.
 * @param perBatch turns deleted in one transaction, at most
 * @throws AppError `not_found` or `forbidden`
 */
export async function deleteSession(ctx: Context, input: z.input<typeof turnSchema>, perBatch = rowsPerBatch) {
  authorize(ctx.actor, "sessions:write");
  const turn = parseInput(turnSchema, input);
  const step = (found: SessionKey | null) =>
    ctx.db.prisma.$transaction(
      async (tx) => {
        const { name } = await lockChatflow(tx, ctx, turn.chatflowId);
        const session = found ?? (await sessionOfTurn(tx, ctx, turn));
        const { count, isGone } = await deleteTurns(tx, ctx, { ...turn, session, perBatch });
        if (count > 0) {
          await recordAudit(tx, ctx, {
            action: "session.deleted",
            target: { kind: "chatflow", id: turn.chatflowId, name },
            detail: { ...session, predictions: count },
          });
        }
        return { session, count, isGone };
      },
      { timeout: batchTimeoutMs },
    );
  let { session, count: turns, isGone } = await step(null);
  while (!isGone) {
    const next = await step(session);
    turns += next.count;
    isGone = next.isGone;
  }
  return { sessionId: session.sessionId, turns };
}

interface SomeTurns {
  chatflowId: string;
  session: SessionKey;
  /** The one that names the conversation. */
  turnId: string;
  perBatch: number;
}

/** Deletes a conversation's turns, all or as many as fit, of a locked chatflow. */
async function deleteTurns(tx: Transaction, ctx: Context, { chatflowId, session, turnId, perBatch }: SomeTurns) {
  const { workspaceId } = ctx.actor;
  const others = await tx.$executeRaw`
    DELETE FROM prediction WHERE id = ANY(ARRAY(
      SELECT id FROM prediction
      WHERE chatflow_id = ${chatflowId}::uuid AND credential_id = ${session.credentialId}::uuid
        AND session_id = ${session.sessionId} AND workspace_id = ${workspaceId}::uuid AND id <> ${turnId}::uuid
      ORDER BY created_at DESC LIMIT ${perBatch} FOR UPDATE))`;
  if (others >= perBatch) return { count: others, isGone: false };
  const { count } = await tx.prediction.deleteMany({ where: { id: turnId, workspaceId, chatflowId, ...session } });
  return { count: others + count, isGone: true };
}

/**
 * Deletes one turn of a conversation; the chatflow no longer remembers it.
 * @throws AppError `not_found` or `forbidden`
 */
export async function deleteTurn(ctx: Context, input: z.input<typeof turnSchema>) {
  authorize(ctx.actor, "sessions:write");
  const { chatflowId, turnId } = parseInput(turnSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const { name } = await lockChatflow(tx, ctx, chatflowId);
    const session = await sessionOfTurn(tx, ctx, { chatflowId, turnId });
    const own = { workspaceId: ctx.actor.workspaceId, chatflowId };
    await tx.prediction.delete({ where: { id: turnId, ...own }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "session.turn_deleted",
      target: { kind: "chatflow", id: chatflowId, name },
      detail: { ...session, predictionId: turnId },
    });
    const rest = await tx.prediction.findFirst({
      where: { ...own, ...session },
      select: { id: true },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    });
    // Names the conversation from now on; null when that was all of it.
    return { turnId: rest?.id ?? null };
  });
}
