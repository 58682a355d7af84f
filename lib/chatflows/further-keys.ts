import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { furtherKeysOf, holdApiKey, type Named } from "@/lib/chatflows/accepted-keys";
import { furtherKeySchema, maxFurtherKeys } from "@/lib/chatflows/schema";
import { type LockedChatflow, lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";

const conflict = (sentence: string) => new AppError("conflict", sentence, { field: "apiKeyId" });

/** Further keys stand beside another one. Whether a chatflow opens at all is decided by its access alone. */
function refuseWithoutKey({ name, is_public, api_key_id }: LockedChatflow, furtherKeys: Named[]): void {
  if (is_public) {
    throw conflict(`“${name}” is public: anybody may call it. Assign it a key first, then add further ones.`);
  }
  if (api_key_id === null && furtherKeys.length === 0) {
    throw conflict(`“${name}” is closed. Assign it a key first, then add further ones.`);
  }
}

/**
 * Lets a held or new key call a chatflow beside those it accepts already; one it accepts stays.
 * @throws AppError `not_found` (chatflow) or `conflict`
 */
export async function acceptFurtherKey(tx: Transaction, ctx: Context, chatflowId: string, key: Named): Promise<void> {
  const chatflow = await lockChatflow(tx, ctx, chatflowId);
  const furtherKeys = await furtherKeysOf(tx, ctx, chatflowId);
  if (chatflow.api_key_id === key.id) throw conflict(`“${key.name}” is assigned to this chatflow already.`);
  if (furtherKeys.some(({ id }) => id === key.id)) return;
  refuseWithoutKey(chatflow, furtherKeys);
  if (furtherKeys.length >= maxFurtherKeys) {
    throw conflict(`A chatflow accepts at most ${maxFurtherKeys} further keys. Remove one first.`);
  }
  const { workspaceId } = ctx.actor;
  await tx.chatflowFurtherKey.create({
    data: { workspaceId, chatflowId, apiKeyId: key.id, createdAt: ctx.now },
    select: { apiKeyId: true },
  });
  await tx.chatflow.update({
    where: { id: chatflowId, workspaceId },
    data: { updatedAt: ctx.now },
    select: { id: true },
  });
  await recordAudit(tx, ctx, {
    action: "chatflow.key_added",
    target: { kind: "chatflow", id: chatflowId, name: chatflow.name },
    detail: { after: { apiKeyId: key.id, apiKeyName: key.name } },
  });
}

/**
 * Lets the holder of one more key call a chatflow, from the next call on.
 * @throws AppError `invalid_input`, `not_found` (chatflow or key), `conflict` (closed, public, assigned
 *   already, or too many) or `forbidden`
 */
export async function addFurtherKey(ctx: Context, input: z.input<typeof furtherKeySchema>) {
  authorize(ctx.actor, "chatflows:write");
  const { id, apiKeyId } = parseInput(furtherKeySchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const key = await holdApiKey(tx, ctx, apiKeyId, "apiKeyId");
    await acceptFurtherKey(tx, ctx, id, key);
    return { id, apiKey: key };
  });
}

/**
 * Takes a further key away from a chatflow, from the next call on, on every instance. The key itself
 * stays. With its last key the chatflow closes.
 * @throws AppError `invalid_input`, `not_found` (chatflow, or not one of its further keys), `conflict`
 *   (it is the assigned key) or `forbidden`
 */
export async function removeFurtherKey(ctx: Context, input: z.input<typeof furtherKeySchema>) {
  authorize(ctx.actor, "chatflows:write");
  const { id, apiKeyId } = parseInput(furtherKeySchema, input);
  const { workspaceId } = ctx.actor;
  return await ctx.db.prisma.$transaction(async (tx) => {
    const chatflow = await lockChatflow(tx, ctx, id);
    const furtherKeys = await furtherKeysOf(tx, ctx, id);
    const key = furtherKeys.find((further) => further.id === apiKeyId);
    if (chatflow.api_key_id === apiKeyId) {
      throw conflict("This key was assigned to the chatflow meanwhile. Choose another one to replace it, or close it.");
    }
    if (!key) {
      throw new AppError("not_found", "The chatflow does not accept this key. It may have been removed meanwhile.", {
        field: "apiKeyId",
      });
    }
    const isClosed = chatflow.api_key_id === null && furtherKeys.length === 1;
    await tx.chatflowFurtherKey.delete({
      where: { chatflowId_apiKeyId: { chatflowId: id, apiKeyId }, workspaceId },
      select: { apiKeyId: true },
    });
    await tx.chatflow.update({ where: { id, workspaceId }, data: { updatedAt: ctx.now }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "chatflow.key_removed",
      target: { kind: "chatflow", id, name: chatflow.name },
      detail: {
        before: { apiKeyId, apiKeyName: key.name },
        ...(isClosed && { after: { access: "closed" } }),
      },
    });
    return { id, apiKey: key, isClosed };
  });
}
