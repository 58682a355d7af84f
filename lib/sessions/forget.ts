import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { lockChatflowIfAny } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { Prisma, type Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { batchTimeoutMs, rowsPerBatch } from "@/lib/maintenance/batches";
import { parseInput } from "@/lib/parse-input";
import { forgetSchema } from "@/lib/sessions/schema";

interface Forgotten {
  sessions: number;
  predictions: number;
  feedback: number;
  leads: number;
}

/**
 * Deletes all that is kept of a session id, whichever key or public caller held it, in one chatflow or in
 * all of the workspace: its conversations, the feedback on their answers, and what the visitor of one of
 * its chats told of themselves. For people who ask to be forgotten. It goes chatflow by chatflow, and a long history in
 * several transactions, each with its event: should one not come to its end, forgetting it again does the rest.
 * @param perBatch turns deleted in one transaction, at most
 * @throws AppError `invalid_input`, `not_found` when there is nothing, or `forbidden`
 */
export async function forgetSessionId(ctx: Context, input: z.input<typeof forgetSchema>, perBatch = rowsPerBatch) {
  authorize(ctx.actor, "sessions:write");
  const parsed = parseInput(forgetSchema, input);
  const whose = { ...parsed, sessionId: parsed.sessionId.replaceAll("\0", "") };
  const chatflows = new Set<string>();
  const done: string[] = [];
  const total: Forgotten = { sessions: 0, predictions: 0, feedback: 0, leads: 0 };
  const next = () => chatflowThatKnows(ctx, whose, done);
  for (let id = await next(); id !== null; id = await next()) {
    const forgotten = await forgetIn(ctx, { id, sessionId: whose.sessionId, perBatch });
    // Not "until there is nothing": others may go on calling with it.
    if (!forgotten || forgotten.predictions < perBatch) done.push(id);
    if (!forgotten) continue;
    chatflows.add(id);
    for (const what of Object.keys(total) as (keyof Forgotten)[]) total[what] += forgotten[what];
  }
  if (chatflows.size === 0) {
    throw new AppError("not_found", `There is no conversation with the session ID “${parsed.sessionId}”.`, {
      field: "sessionId",
    });
  }
  const { predictions: turns, ...others } = total;
  return { ...others, turns, chatflows: chatflows.size };
}

/** A chatflow that has something of a session id, if any has but those. */
async function chatflowThatKnows(
  ctx: Context,
  { chatflowId, sessionId }: z.output<typeof forgetSchema>,
  but: string[],
): Promise<string | null> {
  const { workspaceId } = ctx.actor;
  const one = chatflowId === null ? Prisma.empty : Prisma.sql`AND chatflow_id = ${chatflowId}::uuid`;
  const only = Prisma.sql`${one} AND chatflow_id <> ALL(${but}::uuid[])`;
  const [found] = await ctx.db.prisma.$queryRaw<{ id: string }[]>`
    (SELECT chatflow_id AS id FROM prediction
     WHERE workspace_id = ${workspaceId}::uuid AND session_id = ${sessionId} ${only} LIMIT 1)
    UNION ALL
    (SELECT chatflow_id FROM lead WHERE workspace_id = ${workspaceId}::uuid AND chat_id = ${sessionId} ${only} LIMIT 1)
    LIMIT 1`;
  return found?.id ?? null;
}

interface ForgetIn {
  /** The chatflow's. */
  id: string;
  sessionId: string;
  perBatch: number;
}

/** Forgets a session id in one chatflow, all or as much as fits, with its event. Null when nothing is left there. */
async function forgetIn(ctx: Context, { id, sessionId, perBatch }: ForgetIn): Promise<Forgotten | null> {
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const chatflow = await lockChatflowIfAny(tx, ctx, id);
      if (!chatflow) return null;
      const forgotten = await forget(tx, ctx, { id, sessionId, perBatch });
      if (forgotten.predictions + forgotten.leads === 0) return null;
      await recordAudit(tx, ctx, {
        action: "session.forgotten",
        target: { kind: "chatflow", id, name: chatflow.name },
        detail: { sessionId, ...forgotten },
      });
      return forgotten;
    },
    { timeout: batchTimeoutMs },
  );
}

/**
 * A lead has no session: it is found by its chat, which bears the session's id where the caller named no session. A
 * conversation counts where its last turn goes.
 */
async function forget(tx: Transaction, ctx: Context, { id, sessionId, perBatch }: ForgetIn): Promise<Forgotten> {
  const own = Prisma.sql`workspace_id = ${ctx.actor.workspaceId}::uuid AND chatflow_id = ${id}::uuid`;
  const [forgotten] = await tx.$queryRaw<Forgotten[]>`
    WITH gone AS (
      DELETE FROM prediction WHERE id = ANY(ARRAY(
        SELECT id FROM prediction WHERE ${own} AND session_id = ${sessionId} LIMIT ${perBatch} FOR UPDATE))
      RETURNING id, credential_id, chat_id
    ), nameless AS (
      DELETE FROM lead WHERE ${own} AND chat_id IN (SELECT ${sessionId} UNION SELECT chat_id FROM gone) RETURNING 1
    )
    -- All of it as it was before: feedback goes with its answer.
    SELECT (SELECT count(*)::int FROM (SELECT DISTINCT credential_id FROM gone) held WHERE NOT EXISTS (
              SELECT FROM prediction p
              WHERE p.chatflow_id = ${id}::uuid AND p.credential_id = held.credential_id AND p.session_id = ${sessionId}
                AND p.id NOT IN (SELECT gone.id FROM gone))) AS sessions,
           (SELECT count(*)::int FROM gone) AS predictions,
           (SELECT count(*)::int FROM feedback f JOIN gone ON gone.id = f.prediction_id) AS feedback,
           (SELECT count(*)::int FROM nameless) AS leads`;
  return forgotten ?? { sessions: 0, predictions: 0, feedback: 0, leads: 0 };
}
