import "server-only";
import { authorize } from "@/lib/auth/roles";
import { noSuchChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { foldName } from "@/lib/names";

/**
 * The chatflow with this id or, whatever its case, this name.
 * @throws AppError `not_found` or `forbidden`
 */
export async function findChatflow(ctx: Context, idOrName: string): Promise<{ id: string; name: string }> {
  authorize(ctx.actor, "chatflows:read");
  const own = { workspaceId: ctx.actor.workspaceId };
  const select = { id: true, name: true };
  const byId =
    isUuid(idOrName) && (await ctx.db.prisma.chatflow.findFirst({ where: { ...own, id: idOrName }, select }));
  if (byId) return byId;
  const nameKey = foldName(idOrName.normalize("NFC").trim());
  const byName = await ctx.db.prisma.chatflow.findFirst({ where: { ...own, nameKey }, select });
  if (!byName) throw new AppError("not_found", `There is no chatflow with the id or name “${idOrName}”.`);
  return byName;
}

/**
 * For reading what belongs to a chatflow: the caller has checked the permission.
 * @throws AppError `not_found`, for another workspace's chatflow as well
 */
export async function requireChatflow({ db, actor }: Context, id: string): Promise<void> {
  const { workspaceId } = actor;
  if ((await db.prisma.chatflow.count({ where: { id, workspaceId } })) === 0) throw noSuchChatflow();
}
