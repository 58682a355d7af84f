import type { Context } from "@/lib/context";
import { newId, publicCredentialId } from "@/lib/ids";

export interface TestTurn {
  sessionId: string;
  /** The session's id where none is given. */
  chatId?: string;
  credentialId?: string;
  question?: string;
  answer?: string;
  createdAt?: Date;
}

/** Turns as predictions leave them, with times of the test's choosing. Returns their ids. */
export async function recordTurns(ctx: Context, chatflowId: string, turns: TestTurn[]): Promise<string[]> {
  const rows = turns.map((turn) => ({
    id: newId(),
    workspaceId: ctx.actor.workspaceId,
    chatflowId,
    credentialId: publicCredentialId,
    chatId: turn.sessionId,
    question: "A question",
    answer: "An answer",
    status: "ok",
    durationMs: 12,
    requestId: "test-request",
    createdAt: ctx.now,
    ...turn,
  }));
  await ctx.db.prisma.prediction.createMany({ data: rows });
  return rows.map(({ id }) => id);
}
