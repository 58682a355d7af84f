import type { Database } from "@/lib/db/client";

/** Everything that is stored of keys and of what was done to them, as one text: equal when nothing has changed. */
export async function keyState({ prisma }: Database): Promise<string> {
  return JSON.stringify([
    await prisma.apiKey.findMany({ orderBy: { id: "asc" } }),
    await prisma.apiKeySecret.findMany({ orderBy: { id: "asc" } }),
    await prisma.apiKeyCounter.findMany({ orderBy: { apiKeyId: "asc" } }),
    await prisma.chatflow.findMany({ orderBy: { id: "asc" } }),
    await prisma.chatflowFurtherKey.findMany({ orderBy: [{ chatflowId: "asc" }, { apiKeyId: "asc" }] }),
    await prisma.sharedToken.findMany({ orderBy: { id: "asc" } }),
    await prisma.workspace.findMany({ orderBy: { id: "asc" } }),
    await prisma.auditEvent.count(),
  ]);
}
