import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { accessOf, furtherKeysOf, holdApiKey, type Named } from "@/lib/chatflows/accepted-keys";
import { type AccessKind, setAccessSchema } from "@/lib/chatflows/schema";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { parseInput } from "@/lib/parse-input";

const actions = { closed: "chatflow.closed", key: "chatflow.assigned", public: "chatflow.opened" } as const;

/**
 * Decides who may call a chatflow, from the next call on, on every instance: nobody, the holder of
 * one key, or anybody. Further keys stay beside the one key; closed or public, there are none. A further
 * key that is chosen as the one moves there.
 * @returns the access, and the further keys that went with the change
 * @throws AppError `invalid_input`, `not_found` (chatflow or key) or `forbidden`
 */
export async function setChatflowAccess(ctx: Context, input: z.input<typeof setAccessSchema>) {
  authorize(ctx.actor, "chatflows:write");
  const { id, access } = parseInput(setAccessSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const key = access.kind === "key" ? await holdApiKey(tx, ctx, access.apiKeyId, "access.apiKeyId") : null;
    return await changeAccess(tx, ctx, id, key ?? (access.kind === "public" ? "public" : "closed"));
  });
}

/**
 * The same, where the key is held or new already.
 * @throws AppError `not_found` (chatflow)
 */
export async function changeAccess(tx: Transaction, ctx: Context, id: string, access: Named | "closed" | "public") {
  const { workspaceId } = ctx.actor;
  const key = typeof access === "string" ? null : access;
  const kind = typeof access === "string" ? access : "key";
  const before = await lockChatflow(tx, ctx, id);
  const furtherBefore = await furtherKeysOf(tx, ctx, id);
  const furtherAfter = key ? furtherBefore.filter((further) => further.id !== key.id) : [];
  const after = { isPublic: kind === "public", apiKeyId: key?.id ?? null };
  const removedKeys = key ? [] : furtherBefore;
  const result = { id, access: kind, apiKey: key, removedKeys };
  const isSameKey = before.is_public === after.isPublic && before.api_key_id === after.apiKeyId;
  if (isSameKey && furtherBefore.length === furtherAfter.length) return result;

  const previousKey =
    before.api_key_id === null
      ? null
      : await tx.apiKey.findFirst({
          where: { id: before.api_key_id, workspaceId },
          select: { id: true, name: true },
        });
  await tx.chatflowFurtherKey.deleteMany({
    where: { workspaceId, chatflowId: id, ...(key && { apiKeyId: key.id }) },
  });
  await tx.chatflow.update({
    where: { id, workspaceId },
    data: { ...after, updatedAt: ctx.now },
    select: { id: true },
  });
  const keyCount = furtherBefore.length + (previousKey ? 1 : 0);
  await recordAudit(tx, ctx, {
    action: actions[kind],
    target: { kind: "chatflow", id, name: before.name },
    detail: {
      before: accessDetail(accessOf(before.is_public, keyCount), previousKey, furtherBefore),
      after: accessDetail(kind, key, furtherAfter),
    },
  });
  return result;
}

function accessDetail(access: AccessKind, key: Named | null, furtherKeys: Named[]) {
  return {
    access,
    ...(key && { apiKeyId: key.id, apiKeyName: key.name }),
    ...(furtherKeys.length > 0 && { furtherKeys }),
  };
}
