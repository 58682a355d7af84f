import "server-only";
import type { Database } from "@/lib/db/client";
import { isUuid } from "@/lib/ids";
import { type ChatLook, chatLook } from "@/lib/sharing/chat-look";

/** What the shared page shows of a public chatflow. All of it reaches the visitor's browser. */
export interface SharedChat extends ChatLook {
  id: string;
}

/**
 * The shared page of a chatflow. Anybody may ask, so no workspace is named; of a chatflow that is not
 * public nothing is told, not even that it exists: it is null like an unknown one.
 */
export async function readSharedChat(db: Database, chatflowId: string): Promise<SharedChat | null> {
  if (!isUuid(chatflowId)) return null;
  const where = { id: chatflowId, isPublic: true };
  const chatflow = await db.prisma.chatflow.findFirst({ where, select: { id: true, name: true, sharing: true } });
  return chatflow && { id: chatflow.id, ...chatLook(chatflow.name, chatflow.sharing) };
}
