import "server-only";
import { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import { noSuchChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { EngineEvent } from "@/lib/engines/engine";
import { engineFor, readEngineConfig } from "@/lib/engines/registry";
import { parseInput } from "@/lib/parse-input";

/** Longest text of a turn, in UTF-16 units. */
const turnMax = 20_000;
const turn = z.object({ question: z.string().max(turnMax), answer: z.string().max(turnMax) });

const previewSchema = z.object({
  chatflowId: z.guid("That is not a chatflow id."),
  question: z
    .string("Ask a question.")
    .trim()
    .min(1, "Ask a question.")
    .max(turnMax, `A question can have at most ${turnMax.toLocaleString("en")} characters.`),
  /** The conversation so far, oldest first. */
  turns: z.array(turn).max(50, "This conversation is too long to continue; start a new one.").default([]),
});

/**
 * Asks a chatflow as its operator: whatever its access, and without recording anything. What can be
 * refused is refused before the first event.
 * @throws AppError `invalid_input`, `not_found` or `forbidden`; the generator throws what the engine throws
 */
export async function previewChatflow(
  ctx: Context,
  { signal, ...input }: z.input<typeof previewSchema> & { signal: AbortSignal },
): Promise<AsyncGenerator<EngineEvent, void>> {
  authorize(ctx.actor, "chatflows:read");
  const { chatflowId, question, turns } = parseInput(previewSchema, input);
  const { workspaceId } = ctx.actor;
  const chatflow = await ctx.db.prisma.chatflow.findFirst({
    where: { id: chatflowId, workspaceId },
    select: { engine: true },
  });
  if (!chatflow) throw noSuchChatflow();
  const { memoryTurns } = readEngineConfig(chatflow.engine);
  return engineFor(chatflow.engine).answer({
    db: ctx.db,
    workspaceId,
    chatflowId,
    question,
    turns: memoryTurns > 0 ? turns.slice(-memoryTurns) : [],
    signal,
  });
}
