import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { furtherKeysOf } from "@/lib/chatflows/accepted-keys";
import { changeAccess } from "@/lib/chatflows/access";
import { deleteChatflowSchema } from "@/lib/chatflows/schema";
import { type LockedChatflow, lockChatflowIfAny, noSuchChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { batchTimeoutMs, rowsPerBatch } from "@/lib/maintenance/batches";
import { parseInput } from "@/lib/parse-input";

/**
 * Deletes a chatflow with its documents, sessions and leads. `confirmName` must be its present name. What is too
 * much for one transaction goes in several, of which the first closes the chatflow: should one not come to its end,
 * the chatflow is still there, closed, and deleting it again does the rest.
 * @param perBatch turns, leads and passages deleted in one transaction, at most
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function deleteChatflow(
  ctx: Context,
  input: z.input<typeof deleteChatflowSchema>,
  perBatch = rowsPerBatch,
) {
  authorize(ctx.actor, "chatflows:write");
  const { id, confirmName } = parseInput(deleteChatflowSchema, input);
  const step = <Result>(work: (tx: Transaction, chatflow: LockedChatflow | null) => Promise<Result>) =>
    ctx.db.prisma.$transaction(async (tx) => await work(tx, await lockChatflowIfAny(tx, ctx, id)), {
      timeout: batchTimeoutMs,
    });
  const first = await step(async (tx, chatflow) => {
    if (!chatflow) throw noSuchChatflow();
    const { name } = chatflow;
    if (confirmName.normalize("NFC").trim() !== name) {
      throw new AppError("invalid_input", `Type the chatflow’s name, “${name}”, to delete it.`, {
        field: "confirmName",
      });
    }
    return { name, isGone: await deletePart(tx, ctx, chatflow, perBatch) };
  });
  let { isGone } = first;
  // Of two who delete it at once, one comes to the end first: it is gone for the other as well.
  while (!isGone) isGone = await step(async (tx, chatflow) => !chatflow || deletePart(tx, ctx, chatflow, perBatch));
  return { id, name: first.name };
}

/**
 * Deletes all of a locked chatflow or, where that is too much, a part of what hangs on it.
 * @returns whether it is gone
 */
async function deletePart(
  tx: Transaction,
  ctx: Context,
  { id, name, is_public, api_key_id }: LockedChatflow,
  perBatch: number,
): Promise<boolean> {
  const { workspaceId } = ctx.actor;
  const target = { kind: "chatflow", id, name } as const;
  const deleted = await deleteBatch(tx, id, perBatch);
  if (Object.values(deleted).some((count) => count >= perBatch)) {
    // Also when somebody opened it meanwhile: no call may add to what is being deleted.
    await changeAccess(tx, ctx, id, "closed");
    await recordAudit(tx, ctx, { action: "chatflow.history_deleted", target, detail: deleted });
    return false;
  }
  const furtherKeys = await furtherKeysOf(tx, ctx, id);
  // Takes along the few turns that were recorded meanwhile, of calls let in before it closed.
  await tx.chatflow.delete({ where: { id, workspaceId }, select: { id: true } });
  await recordAudit(tx, ctx, {
    action: "chatflow.deleted",
    target,
    detail: {
      before: { isPublic: is_public, apiKeyId: api_key_id, ...(furtherKeys.length > 0 && { furtherKeys }) },
    },
  });
  return true;
}

/**
 * Deletes some of what a locked chatflow of the workspace has any number of; feedback goes with its turns. Rows are
 * locked as they are looked for, so that less than asked for is all there is, also where others delete some.
 */
async function deleteBatch(tx: Transaction, id: string, perBatch: number) {
  const predictions = await tx.$executeRaw`
    DELETE FROM prediction WHERE id = ANY(ARRAY(
      SELECT id FROM prediction WHERE chatflow_id = ${id}::uuid ORDER BY created_at DESC, id DESC LIMIT ${perBatch} FOR UPDATE))`;
  const leads = await tx.$executeRaw`
    DELETE FROM lead WHERE id = ANY(ARRAY(
      SELECT id FROM lead WHERE chatflow_id = ${id}::uuid ORDER BY created_at DESC, id DESC LIMIT ${perBatch} FOR UPDATE))`;
  const passages = await tx.$executeRaw`
    DELETE FROM passage WHERE id = ANY(ARRAY(
      SELECT id FROM passage WHERE chatflow_id = ${id}::uuid LIMIT ${perBatch} FOR UPDATE))`;
  return { predictions, leads, passages };
}
