import "server-only";
import type { AccessKind } from "@/lib/chatflows/schema";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";

/** A key or chatflow as audit events and answers name it. */
export type Named = { id: string; name: string };

/** Access as it is derived everywhere: public flag, else any key that it accepts, else closed. */
export function accessOf(isPublic: boolean, keyCount: number): AccessKind {
  if (isPublic) return "public";
  return keyCount === 0 ? "closed" : "key";
}

/**
 * The key, held so that it cannot be deleted before the transaction ends. To be called before the
 * chatflow is locked, as deleting a key does: the other order could deadlock with it.
 * @param field the input that named the key
 * @throws AppError `not_found`, for another workspace's key as well
 */
export async function holdApiKey(tx: Transaction, ctx: Context, id: string, field: string): Promise<Named> {
  const rows = await tx.$queryRaw<Named[]>`
    SELECT id, name FROM api_key
    WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid FOR KEY SHARE`;
  const [key] = rows;
  if (!key) throw new AppError("not_found", "There is no such key. It may have been deleted meanwhile.", { field });
  return key;
}

/**
 * The keys that a chatflow accepts beside its assigned one, by name. Asked in a statement of its own
 * after the chatflow was locked: one that had to wait for the lock would see them as they were before.
 */
export async function furtherKeysOf(tx: Transaction, ctx: Context, chatflowId: string): Promise<Named[]> {
  return await tx.apiKey.findMany({
    where: { workspaceId: ctx.actor.workspaceId, furtherChatflows: { some: { chatflowId } } },
    select: { id: true, name: true },
    orderBy: { nameKey: "asc" },
  });
}

/**
 * What deleting keys means for the chatflows that accept them: which close, because no other key is
 * left, and which go on with other keys. They are locked until the transaction ends, so that of two
 * deletions at once the second knows of the first. The keys must be locked already, all of them.
 */
export async function chatflowsLosing(
  tx: Transaction,
  ctx: Context,
  keyIds: string[],
): Promise<{ closed: Named[]; open: Named[] }> {
  const { workspaceId } = ctx.actor;
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM chatflow
    WHERE workspace_id = ${workspaceId}::uuid AND id IN (
      SELECT c.id FROM chatflow c WHERE c.api_key_id = ANY(${keyIds}::uuid[])
      UNION SELECT f.chatflow_id FROM chatflow_further_key f WHERE f.api_key_id = ANY(${keyIds}::uuid[]))
    ORDER BY id FOR NO KEY UPDATE`;
  const chatflows = await tx.$queryRaw<(Named & { has_other_key: boolean })[]>`
    SELECT c.id, c.name,
           coalesce(c.api_key_id <> ALL(${keyIds}::uuid[]), false) OR EXISTS (
             SELECT FROM chatflow_further_key f
             WHERE f.chatflow_id = c.id AND f.api_key_id <> ALL(${keyIds}::uuid[])) AS has_other_key
    FROM chatflow c
    WHERE c.workspace_id = ${workspaceId}::uuid AND c.id = ANY(${locked.map(({ id }) => id)}::uuid[])
    ORDER BY c.name_key`;
  const named = (hasOtherKey: boolean) =>
    chatflows.filter(({ has_other_key }) => has_other_key === hasOtherKey).map(({ id, name }) => ({ id, name }));
  return { closed: named(false), open: named(true) };
}
