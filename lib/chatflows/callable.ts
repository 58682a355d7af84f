import "server-only";
import type { Database } from "@/lib/db/client";

/** A chatflow as a caller may know it. */
export interface CallableChatflow {
  slug: string;
  createdAt: Date;
}

/** Most chatflows told of at once. */
const callableMax = 1_000;

/** The chatflows that a key may call, the newest first: those that accept it, and its workspace's public ones. */
export async function callableChatflows(
  db: Database,
  { id: apiKeyId, workspaceId }: { id: string; workspaceId: string },
): Promise<CallableChatflow[]> {
  return await db.prisma.chatflow.findMany({
    where: { workspaceId, OR: [{ isPublic: true }, { apiKeyId }, { furtherKeys: { some: { apiKeyId } } }] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: callableMax,
    select: { slug: true, createdAt: true },
  });
}
