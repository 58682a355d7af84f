import "server-only";
import type { Limit } from "@/lib/api-keys/limits";
import type { Context } from "@/lib/context";
import { Prisma, type Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";

/** A key's row as changes to it need it. */
export interface LockedApiKey {
  id: string;
  name: string;
  lastFour: string;
  expiresAt: Date | null;
  disabledAt: Date | null;
  exposedAt: Date | null;
  limits: Limit[];
  allowedAddresses: string[];
}

export function noSuchApiKey(): AppError {
  return new AppError("not_found", "There is no such key. It may have been deleted meanwhile.");
}

/** Of two who change the same, the later one is told, and undoes nothing that they have not seen. */
export function changedMeanwhile(what: string): AppError {
  return new AppError(
    "conflict",
    `Somebody changed the ${what} of this key meanwhile, and nothing was saved. Load the page again to see them.`,
  );
}

/**
 * The keys' rows, locked until the transaction ends, so that two changes to one queue up. In the order
 * of their ids, whatever the order asked for: two bulk changes at once cannot wait for each other.
 * @throws AppError `not_found` when one of them is missing or another workspace's
 */
export async function lockApiKeys(tx: Transaction, ctx: Context, ids: string[]): Promise<LockedApiKey[]> {
  const keys = await tx.$queryRaw<LockedApiKey[]>`
    SELECT id, name, last_four AS "lastFour", expires_at AS "expiresAt", disabled_at AS "disabledAt",
           exposed_at AS "exposedAt", limits, allowed_addresses AS "allowedAddresses"
    FROM api_key
    WHERE id IN (${Prisma.join(ids.map((id) => Prisma.sql`${id}::uuid`))})
      AND workspace_id = ${ctx.actor.workspaceId}::uuid
    ORDER BY id FOR UPDATE`;
  if (keys.length === ids.length) return keys;
  if (ids.length === 1) throw noSuchApiKey();
  const missing = ids.length - keys.length;
  throw new AppError(
    "not_found",
    `${missing === 1 ? "One of these keys is" : `${missing} of these keys are`} not there. They may have been deleted meanwhile; nothing was changed.`,
  );
}

/** One key's row, locked alike. */
export async function lockApiKey(tx: Transaction, ctx: Context, id: string): Promise<LockedApiKey> {
  const [key] = await lockApiKeys(tx, ctx, [id]);
  if (!key) throw noSuchApiKey();
  return key;
}
