import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";
import { setMaxKeyLifetimeSchema } from "@/lib/workspaces/schema";

function noSuchWorkspace(): AppError {
  return new AppError("not_found", "There is no such workspace.");
}

/**
 * How long, from the moment its expiry is set, a key of the actor's workspace may go on working.
 * @param db where to look: in the transaction of a change that has to keep to it
 * @returns days; null for as long as one likes
 * @throws AppError `forbidden`
 */
export async function getMaxKeyLifetime(
  ctx: Context,
  db: Pick<Transaction, "workspace"> = ctx.db.prisma,
): Promise<number | null> {
  authorize(ctx.actor, "keys:read");
  const workspace = await db.workspace.findUnique({
    where: { id: ctx.actor.workspaceId },
    select: { maxKeyLifetimeDays: true },
  });
  if (!workspace) throw noSuchWorkspace();
  return workspace.maxKeyLifetimeDays;
}

/**
 * Sets how long keys may go on working. It holds for keys made, and expiries changed, from now on;
 * existing keys keep theirs, so that no integration stops because a setting was changed.
 * @throws AppError `invalid_input` or `forbidden`
 */
export async function setMaxKeyLifetime(ctx: Context, input: z.input<typeof setMaxKeyLifetimeSchema>) {
  authorize(ctx.actor, "workspace:write");
  const { days } = parseInput(setMaxKeyLifetimeSchema, input);
  const { workspaceId: id } = ctx.actor;
  await ctx.db.prisma.$transaction(async (tx) => {
    const [before] = await tx.$queryRaw<{ name: string; days: number | null }[]>`
      SELECT name, max_key_lifetime_days AS days FROM workspace WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
    if (!before) throw noSuchWorkspace();
    if (before.days === days) return;
    await tx.workspace.update({ where: { id }, data: { maxKeyLifetimeDays: days }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "workspace.max_key_lifetime_changed",
      target: { kind: "workspace", id, name: before.name },
      detail: { before: { maxKeyLifetimeDays: before.days }, after: { maxKeyLifetimeDays: days } },
    });
  });
  return { days };
}
