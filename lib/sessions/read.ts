import "server-only";
import { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { Prisma, type Transaction } from "@/lib/db/client";
import { encodeCursor, timeCursor } from "@/lib/db/keyset";
import { sourceName } from "@/lib/engines/source-name";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";
import { callerOf } from "@/lib/sessions/caller";
import { type Conversation, type ConversationTurn, conversationSchema } from "@/lib/sessions/schema";

/** Turns shown at a time. */
export const turnsPerPage = 50;
const titleMax = 200;

/** What names a conversation in the database. */
export interface SessionKey {
  credentialId: string;
  sessionId: string;
}

/**
 * The conversation that a turn belongs to.
 * @throws AppError `not_found`, for another workspace's or chatflow's turn as well
 */
export async function sessionOfTurn(
  prisma: Pick<Transaction, "prediction">,
  ctx: Context,
  { chatflowId, turnId }: { chatflowId: string; turnId: string },
): Promise<SessionKey> {
  const turn = await prisma.prediction.findFirst({
    where: { id: turnId, chatflowId, workspaceId: ctx.actor.workspaceId },
    select: { credentialId: true, sessionId: true },
  });
  if (!turn) throw new AppError("not_found", "There is no such conversation. It may have been deleted meanwhile.");
  return turn;
}

interface Facts {
  title: string;
  key_name: string | null;
  turns: number;
  started_at: Date;
  last_at: Date;
}

/**
 * One conversation with its last turns, or those before a cursor.
 * @throws AppError `not_found` or `forbidden`
 */
export async function getConversation(ctx: Context, input: z.input<typeof conversationSchema>): Promise<Conversation> {
  authorize(ctx.actor, "sessions:read");
  const { chatflowId, turnId, before } = parseInput(conversationSchema, input);
  const { prisma } = ctx.db;
  const { workspaceId } = ctx.actor;
  const session = await sessionOfTurn(prisma, ctx, { chatflowId, turnId });
  const own = Prisma.sql`p.workspace_id = ${workspaceId}::uuid AND p.chatflow_id = ${chatflowId}::uuid
    AND p.credential_id = ${session.credentialId}::uuid AND p.session_id = ${session.sessionId}`;
  const cursor = timeCursor(before);
  const [[facts], turns] = await Promise.all([
    prisma.$queryRaw<Facts[]>`
      SELECT count(*)::int AS turns, min(p.created_at) AS started_at, max(p.created_at) AS last_at,
             (SELECT name FROM api_key WHERE id = ${session.credentialId}::uuid AND workspace_id = ${workspaceId}::uuid) AS key_name,
             (SELECT left(p.question, ${titleMax}) FROM prediction p WHERE ${own} ORDER BY p.created_at, p.id LIMIT 1) AS title
      FROM prediction p WHERE ${own}`,
    prisma.prediction.findMany({
      where: {
        workspaceId,
        chatflowId,
        ...session,
        ...(cursor && {
          OR: [{ createdAt: { lt: cursor.createdAt } }, { createdAt: cursor.createdAt, id: { lt: cursor.id } }],
        }),
      },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: turnsPerPage + 1,
      select: {
        ...{ id: true, question: true, answer: true, status: true, errorCode: true, sources: true, usage: true },
        ...{ firstTokenMs: true, durationMs: true, createdAt: true },
      },
    }),
  ]);
  const shown = turns.slice(0, turnsPerPage).reverse();
  const [oldest] = shown;
  return {
    sessionId: session.sessionId,
    caller: callerOf(session.credentialId, facts?.key_name ?? null),
    title: facts?.title ?? "",
    turnCount: facts?.turns ?? 0,
    startedAt: facts?.started_at ?? ctx.now,
    lastAt: facts?.last_at ?? ctx.now,
    turns: shown.map(toTurn),
    earlier: turns.length > turnsPerPage && oldest ? encodeCursor([oldest.createdAt.toISOString(), oldest.id]) : null,
  };
}

const sourcesSchema = z.array(z.object({ metadata: z.record(z.string(), z.unknown()) })).catch([]);
const usageSchema = z.object({ inputTokens: z.number(), outputTokens: z.number() }).nullable().catch(null);

type StoredTurn = Omit<ConversationTurn, "status" | "sources" | "usage"> & {
  status: string;
  sources: unknown;
  usage: unknown;
};

function toTurn({ status, sources, usage, ...turn }: StoredTurn): ConversationTurn {
  return {
    ...turn,
    status: status === "ok" || status === "aborted" ? status : "error",
    sources: sourcesSchema
      .parse(sources)
      .map(({ metadata }) => sourceName(metadata))
      .filter(Boolean),
    usage: usageSchema.parse(usage),
  };
}
