import "server-only";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";

/** A provider as the form of a chatflow offers it. */
export interface ProviderOption {
  id: string;
  name: string;
}

/** The workspace's providers by name, without what each is and who uses it. */
export async function listProviderOptions(ctx: Context): Promise<ProviderOption[]> {
  authorize(ctx.actor, "providers:read");
  return await ctx.db.prisma.provider.findMany({
    where: { workspaceId: ctx.actor.workspaceId },
    select: { id: true, name: true },
    orderBy: [{ nameKey: "asc" }, { id: "asc" }],
  });
}
