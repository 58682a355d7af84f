import "server-only";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { env } from "@/lib/env";
import { isStaleCredential } from "@/lib/providers/credential";
import { lockProvider, renewedCredential } from "@/lib/providers/saved";

/** Encrypts a provider's credential with the newest key, if an older one did. Returns whether it was done. */
export async function renewCredential(ctx: Context, id: string): Promise<boolean> {
  return await ctx.db.prisma.$transaction(async (tx) => {
    const saved = await lockProvider(tx, ctx, id);
    const credential = renewedCredential(saved);
    if (!credential) return false;
    const where = { id, workspaceId: ctx.actor.workspaceId };
    await tx.provider.update({ where, data: { credential }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "provider.reencrypted",
      target: { kind: "provider", id, name: saved.name },
    });
    return true;
  });
}

/**
 * Encrypts what older keys encrypted with the newest, so that the older ones may go.
 * @returns how many were, and the names of those that no configured key decrypts
 * @throws AppError `forbidden`
 */
export async function renewCredentials(ctx: Context): Promise<{ renewed: number; unreadable: string[] }> {
  authorize(ctx.actor, "providers:write");
  const secrets = env().FLOWLATCH_ENCRYPTION_KEY;
  const providers = await ctx.db.prisma.provider.findMany({
    where: { workspaceId: ctx.actor.workspaceId, credential: { not: null } },
    select: { id: true, name: true, credential: true },
    orderBy: { nameKey: "asc" },
  });
  const stale = providers.filter(({ credential }) => credential && isStaleCredential(credential, secrets));
  const unreadable: string[] = [];
  for (const { id, name } of stale) if (!(await renewCredential(ctx, id))) unreadable.push(name);
  return { renewed: stale.length - unreadable.length, unreadable };
}
