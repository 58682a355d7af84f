import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { type AccessKind, setAccessSchema } from "@/lib/chatflows/schema";
import { lockChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";

interface KeyName {
  id: string;
  name: string;
}

/** Access as it is derived everywhere: public flag, else assigned key, else closed. */
export function accessOf(isPublic: boolean, apiKeyId: string | null): AccessKind {
  if (isPublic) return "public";
  return apiKeyId === null ? "closed" : "key";
}

const actions = { closed: "chatflow.closed", key: "chatflow.assigned", public: "chatflow.opened" } as const;

/** The key, held so that it cannot be deleted before the transaction ends. */
async function holdApiKey(tx: Transaction, ctx: Context, id: string): Promise<KeyName> {
  const rows = await tx.$queryRaw<KeyName[]>`
    SELECT id, name FROM api_key
    WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid FOR KEY SHARE`;
  const [key] = rows;
  if (!key) {
    throw new AppError("not_found", "There is no such key. It may have been deleted meanwhile.", {
      field: "access.apiKeyId",
    });
  }
  return key;
}

/**
 * Decides who may call a chatflow, from the next call on, on every instance: nobody, the holder of
 * one key, or anybody.
 * @throws AppError `invalid_input`, `not_found` (chatflow or key) or `forbidden`
 */
export async function setChatflowAccess(ctx: Context, input: z.input<typeof setAccessSchema>) {
  authorize(ctx.actor, "chatflows:write");
  const { id, access } = parseInput(setAccessSchema, input);
  const { workspaceId } = ctx.actor;
  return await ctx.db.prisma.$transaction(async (tx) => {
    // Key before chatflow, as deleting a key does: the other order could deadlock with it.
    const key = access.kind === "key" ? await holdApiKey(tx, ctx, access.apiKeyId) : null;
    const before = await lockChatflow(tx, ctx, id);
    const after = { isPublic: access.kind === "public", apiKeyId: key?.id ?? null };
    const result = { id, access: access.kind, apiKey: key };
    if (before.is_public === after.isPublic && before.api_key_id === after.apiKeyId) return result;

    const previousKey =
      before.api_key_id === null
        ? null
        : await tx.apiKey.findFirst({
            where: { id: before.api_key_id, workspaceId },
            select: { id: true, name: true },
          });
    await tx.chatflow.update({
      where: { id, workspaceId },
      data: { ...after, updatedAt: ctx.now },
      select: { id: true },
    });
    await recordAudit(tx, ctx, {
      action: actions[access.kind],
      target: { kind: "chatflow", id, name: before.name },
      detail: {
        before: accessDetail(accessOf(before.is_public, before.api_key_id), previousKey),
        after: accessDetail(access.kind, key),
      },
    });
    return result;
  });
}

function accessDetail(access: AccessKind, key: KeyName | null) {
  return key ? { access, apiKeyId: key.id, apiKeyName: key.name } : { access };
}
