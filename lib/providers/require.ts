import "server-only";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";

/**
 * Holds a provider in place until the transaction ends, so that what is about to refer to it does
 * not find it deleted. Call it in the transaction that saves a chatflow's engine.
 * @throws AppError `invalid_input` on `field` when this workspace has no such provider
 */
export async function requireProvider(tx: Transaction, ctx: Context, id: string, field = "providerId"): Promise<void> {
  const rows = isUuid(id)
    ? await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM provider
        WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid FOR KEY SHARE`
    : [];
  if (rows.length > 0) return;
  throw new AppError("invalid_input", "There is no such provider. It may have been deleted; choose another.", {
    field,
  });
}
