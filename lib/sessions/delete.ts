import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { Prisma, type Transaction } from "@/lib/db/client";
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
  feedback: number;
  leads: number;
}

/**
 * Deletes all that is kept of a session id, whichever key or public caller held it, in one chatflow or in
 * all of the workspace: its conversations, the feedback on their answers, and what the visitor of one of
 * its chats told of themselves. For people who ask to be forgotten.
 * @throws AppError `invalid_input`, `not_found` when there is nothing, or `forbidden`
 */
export async function forgetSessionId(ctx: Context, input: z.input<typeof forgetSchema>) {
  authorize(ctx.actor, "sessions:write");
  const { chatflowId, sessionId } = parseInput(forgetSchema, input);
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const forgotten = await forget(tx, ctx, { chatflowId, sessionId: sessionId.replaceAll("\0", "") });
      if (forgotten.length === 0) {
        throw new AppError("not_found", `There is no conversation with the session ID “${sessionId}”.`, {
          field: "sessionId",
        });
      }
      for (const { id, name, ...counts } of forgotten) {
        await recordAudit(tx, ctx, {
          action: "session.forgotten",
          target: { kind: "chatflow", id, name },
          detail: { sessionId, ...counts },
        });
      }
      const sum = (of: keyof Omit<Forgotten, "id" | "name">) => forgotten.reduce((total, row) => total + row[of], 0);
      return {
        ...{ sessions: sum("sessions"), turns: sum("predictions"), chatflows: forgotten.length },
        ...{ feedback: sum("feedback"), leads: sum("leads") },
      };
    },
    { timeout: deleteTimeoutMs },
  );
}

/** A lead has no session: it is found by its chat, which bears the session's id where the caller named no session. */
async function forget(tx: Transaction, ctx: Context, { chatflowId, sessionId }: z.output<typeof forgetSchema>) {
  const { workspaceId } = ctx.actor;
  const only = chatflowId === null ? Prisma.empty : Prisma.sql`AND chatflow_id = ${chatflowId}::uuid`;
  return await tx.$queryRaw<Forgotten[]>`
    WITH gone AS (
      DELETE FROM prediction WHERE workspace_id = ${workspaceId}::uuid AND session_id = ${sessionId} ${only}
      RETURNING id, chatflow_id, credential_id, chat_id
    ), rated AS (
      -- As it was before: feedback goes with its answer.
      SELECT gone.chatflow_id FROM feedback f JOIN gone ON gone.id = f.prediction_id
    ), nameless AS (
      DELETE FROM lead l WHERE workspace_id = ${workspaceId}::uuid ${only}
        AND chat_id IN (SELECT ${sessionId} UNION SELECT chat_id FROM gone)
        AND (chat_id = ${sessionId}
             OR EXISTS (SELECT FROM gone WHERE gone.chatflow_id = l.chatflow_id AND gone.chat_id = l.chat_id))
      RETURNING chatflow_id
    )
    SELECT c.id, c.name,
           (SELECT count(DISTINCT credential_id)::int FROM gone WHERE chatflow_id = c.id) AS sessions,
           (SELECT count(*)::int FROM gone WHERE chatflow_id = c.id) AS predictions,
           (SELECT count(*)::int FROM rated WHERE chatflow_id = c.id) AS feedback,
           (SELECT count(*)::int FROM nameless WHERE chatflow_id = c.id) AS leads
    FROM chatflow c
    WHERE c.workspace_id = ${workspaceId}::uuid
      AND c.id IN (SELECT chatflow_id FROM gone UNION SELECT chatflow_id FROM nameless)`;
}
