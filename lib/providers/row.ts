import "server-only";
import type { Database } from "@/lib/db/client";
import type { ProviderRow } from "@/lib/providers/connection";

/** A workspace's provider with its encrypted credential, for engines outside a prediction; null when there is none. */
export async function findProviderRow(db: Database, workspaceId: string, id: string): Promise<ProviderRow | null> {
  const row = await db.prisma.provider.findFirst({
    where: { id, workspaceId },
    select: { id: true, kind: true, baseUrl: true, credential: true },
  });
  return row && { id: row.id, kind: row.kind, base_url: row.baseUrl, credential: row.credential };
}
