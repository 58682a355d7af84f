import "server-only";
import { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import { noSuchChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { askedOfProvider, type EngineConfig, engineConfigSchema } from "@/lib/engines/config";
import type { EngineEvent } from "@/lib/engines/engine";
import { engineOf, readEngineConfig } from "@/lib/engines/registry";
import { withReason } from "@/lib/engines/upstream-errors";
import { newId, publicCredentialId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";
import { hasUploads } from "@/lib/predictions/schema";
import type { ProviderKind } from "@/lib/providers/kinds";
import { noSuchProvider, requireOffer } from "@/lib/providers/require";
import { findProviderRow } from "@/lib/providers/row";

/** Longest text of a turn, in UTF-16 units. */
const turnMax = 20_000;
const turn = z.object({ question: z.string().max(turnMax), answer: z.string().max(turnMax) });

const previewSchema = z
  .object({
    chatflowId: z.guid("That is not a chatflow id."),
    question: z
      .string("Ask a question.")
      .trim()
      .max(turnMax, `A question can have at most ${turnMax.toLocaleString("en")} characters.`),
    /** The conversation so far, oldest first. */
    turns: z.array(turn).max(50, "This conversation is too long to continue; start a new one.").default([]),
    /** The engine as it is being edited; without it, the saved one answers. */
    engine: engineConfigSchema.optional(),
    /** As `overrideConfig.vars` and `uploads` of a prediction: checked by the engine. */
    vars: z.unknown().optional(),
    uploads: z.unknown().optional(),
    /** The conversation's, for engines that remember elsewhere; without one, nothing is remembered there. */
    sessionId: z.guid("That is not a session id.").optional(),
  })
  .refine(({ question, uploads }) => question !== "" || hasUploads(uploads), {
    path: ["question"],
    message: "Ask a question.",
  });

export type PreviewInput = z.input<typeof previewSchema>;

/** The provider an engine asks; null when it asks none, or it was deleted since it was saved. */
async function providerOf(ctx: Context, config: EngineConfig, isDraft: boolean) {
  if (config.kind === "knowledge") return null;
  const provider = await findProviderRow(ctx.db, ctx.actor.workspaceId, config.providerId);
  if (!isDraft) return provider;
  const field = "engine.providerId";
  if (!provider) throw noSuchProvider(field);
  requireOffer(provider.kind as ProviderKind, askedOfProvider[config.kind], field);
  return provider;
}

/**
 * Asks a chatflow as its operator: whatever its access, and without recording anything. With an
 * `engine` it answers as it would if that were saved, which takes the right to save it. What can be
 * refused is refused before the first event.
 * @throws AppError `invalid_input`, `not_found` or `forbidden`; the generator throws what the engine throws
 */
export async function previewChatflow(
  ctx: Context,
  { signal, ...input }: PreviewInput & { signal: AbortSignal },
): Promise<AsyncGenerator<EngineEvent, void>> {
  authorize(ctx.actor, "chatflows:read");
  if (input.engine !== undefined) authorize(ctx.actor, "chatflows:write");
  const { chatflowId, question, turns, engine, vars, uploads, sessionId = newId() } = parseInput(previewSchema, input);
  const { workspaceId } = ctx.actor;
  const chatflow = await ctx.db.prisma.chatflow.findFirst({
    where: { id: chatflowId, workspaceId },
    select: { engine: true, documents: { select: { id: true }, take: 1 } },
  });
  if (!chatflow) throw noSuchChatflow();
  const config = engine ?? readEngineConfig(chatflow.engine);
  // No key's: what operators try is nothing that a caller could continue.
  const credentialId = ctx.actor.kind === "operator" ? ctx.actor.userId : publicCredentialId;
  const provider = await providerOf(ctx, config, engine !== undefined);
  const events = engineOf(config).answer({
    db: ctx.db,
    workspaceId,
    chatflowId,
    hasDocuments: chatflow.documents.length > 0,
    question,
    turns: config.memoryTurns > 0 ? turns.slice(-config.memoryTurns) : [],
    conversation: { credentialId, sessionId, chatId: sessionId },
    streaming: true,
    provider,
    inputs: { vars, uploads },
    requestId: ctx.requestId,
    signal,
  });
  return forOperators(events);
}

async function* forOperators(events: AsyncGenerator<EngineEvent, void>): AsyncGenerator<EngineEvent, void> {
  try {
    yield* events;
  } catch (error) {
    throw withReason(error);
  }
}
