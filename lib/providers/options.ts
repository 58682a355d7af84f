import "server-only";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { ProviderKind } from "@/lib/providers/kinds";

/** A provider as the form of a chatflow offers it. */
export interface ProviderOption {
  id: string;
  name: string;
  kind: ProviderKind;
}

/** The workspace's providers by name, without what each is called with and who uses it. */
export async function listProviderOptions(ctx: Context): Promise<ProviderOption[]> {
  authorize(ctx.actor, "providers:read");
  const options = await ctx.db.prisma.provider.findMany({
    where: { workspaceId: ctx.actor.workspaceId },
    select: { id: true, name: true, kind: true },
    orderBy: [{ nameKey: "asc" }, { id: "asc" }],
  });
  // The table's CHECK holds the kind.
  return options as ProviderOption[];
}
