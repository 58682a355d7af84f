import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";
import { sessionOfTurn } from "@/lib/sessions/read";
import { forgetSchema, turnSchema } from "@/lib/sessions/schema";

/** A session of very many turns takes longer than Prisma's five seconds. */
const deleteTimeoutMs = 120_000;

/**
 * Deletes the conversation that a turn belongs to. The audit event has its session id and how many
 * turns went, never what was said.
 * @throws AppError `not_found` or `forbidden`
 */
export async function deleteSession(ctx: Context, input: z.input<typeof turnSchema>) {
  authorize(ctx.actor, "sessions:write");
  const { chatflowId, turnId } = parseInput(turnSchema, input);
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const { name } = await lockChatflow(tx, ctx, chatflowId);
      const session = await sessionOfTurn(tx, ctx, { chatflowId, turnId });
      const { count } = await tx.prediction.deleteMany({
        where: { workspaceId: ctx.actor.workspaceId, chatflowId, ...session },
      });
      await recordAudit(tx, ctx, {
        action: "session.deleted",
        target: { kind: "chatflow", id: chatflowId, name },
        detail: { ...session, predictions: count },
      });
      return { sessionId: session.sessionId, turns: count };
    },
    { timeout: deleteTimeoutMs },
  );
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

interface Forgotten {
  id: string;
  name: string;
  sessions: number;
  predictions: number;
}

/**
 * Deletes every conversation of a session id, whichever key or public caller held it, in one
 * chatflow or in all of the workspace: for people who ask to be forgotten.
 * @throws AppError `invalid_input`, `not_found` when there is none, or `forbidden`
 */
export async function forgetSessionId(ctx: Context, input: z.input<typeof forgetSchema>) {
  authorize(ctx.actor, "sessions:write");
  const { chatflowId, sessionId } = parseInput(forgetSchema, input);
  const { workspaceId } = ctx.actor;
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const only = chatflowId === null ? Prisma.empty : Prisma.sql`AND p.chatflow_id = ${chatflowId}::uuid`;
      const forgotten = await tx.$queryRaw<Forgotten[]>`
        WITH gone AS (
          DELETE FROM prediction p
          WHERE p.workspace_id = ${workspaceId}::uuid AND p.session_id = ${sessionId.replaceAll("\0", "")} ${only}
          RETURNING p.chatflow_id, p.credential_id
        )
        SELECT c.id, c.name, count(DISTINCT gone.credential_id)::int AS sessions, count(*)::int AS predictions
        FROM gone JOIN chatflow c ON c.id = gone.chatflow_id
        WHERE c.workspace_id = ${workspaceId}::uuid GROUP BY c.id, c.name`;
      if (forgotten.length === 0) {
        throw new AppError("not_found", `There is no conversation with the session ID “${sessionId}”.`, {
          field: "sessionId",
        });
      }
      for (const { id, name, sessions, predictions } of forgotten) {
        await recordAudit(tx, ctx, {
          action: "session.forgotten",
          target: { kind: "chatflow", id, name },
          detail: { sessionId, sessions, predictions },
        });
      }
      const sum = (of: "sessions" | "predictions") => forgotten.reduce((total, row) => total + row[of], 0);
      return { sessions: sum("sessions"), turns: sum("predictions"), chatflows: forgotten.length };
    },
    { timeout: deleteTimeoutMs },
  );
}
