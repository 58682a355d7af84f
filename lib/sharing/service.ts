import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { lockChatflow, noSuchChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";
import { type Sharing, setSharingSchema, sharingSchema } from "@/lib/sharing/schema";

/** A chatflow's sharing settings. */
export interface SharingSettings {
  sharing: Sharing;
  /** To be sent back with a change. Their own: an edit of the chatflow does not raise it. */
  version: number;
}

async function readSharing(
  db: Pick<Transaction, "chatflow">,
  { actor }: Context,
  id: string,
): Promise<SharingSettings> {
  const row = await db.chatflow.findFirst({
    where: { id, workspaceId: actor.workspaceId },
    select: { sharing: true, sharingVersion: true },
  });
  if (!row) throw noSuchChatflow();
  return { sharing: sharingSchema.parse(row.sharing), version: row.sharingVersion };
}

/**
 * What a chatflow shows visitors and lets them do, with every default filled in.
 * @throws AppError `not_found`, for another workspace's chatflow as well, or `forbidden`
 */
export async function getSharing(ctx: Context, chatflowId: string): Promise<SharingSettings> {
  authorize(ctx.actor, "chatflows:read");
  if (!isUuid(chatflowId)) throw noSuchChatflow();
  return await readSharing(ctx.db.prisma, ctx, chatflowId);
}

/**
 * Changes all of a chatflow's sharing settings, if nobody has changed them since `version` was read. In
 * force on the next call. Who may call the chatflow at all is `setChatflowAccess`.
 * @returns the settings as they are stored, with their new version
 * @throws AppError `invalid_input`, `not_found`, `conflict` or `forbidden`
 */
export async function setSharing(ctx: Context, input: z.input<typeof setSharingSchema>): Promise<SharingSettings> {
  authorize(ctx.actor, "chatflows:write");
  const { chatflowId, version, sharing } = parseInput(setSharingSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const { name } = await lockChatflow(tx, ctx, chatflowId);
    const before = await readSharing(tx, ctx, chatflowId);
    if (before.version !== version) {
      throw new AppError(
        "conflict",
        "Somebody else saved these settings while you were editing them, so your changes were not saved. Load the page again and apply them to the new version.",
      );
    }
    await tx.chatflow.update({
      where: { id: chatflowId, workspaceId: ctx.actor.workspaceId },
      data: { sharing, sharingVersion: version + 1, updatedAt: ctx.now },
      select: { id: true },
    });
    await recordAudit(tx, ctx, {
      action: "chatflow.sharing_changed",
      target: { kind: "chatflow", id: chatflowId, name },
      detail: { before: before.sharing, after: sharing },
    });
    return { sharing, version: version + 1 };
  });
}
