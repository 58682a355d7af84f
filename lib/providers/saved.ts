import "server-only";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { allowPrivateUpstreams, env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { connectionOf, type ProviderConnection, type ProviderRow } from "@/lib/providers/connection";
import { decryptCredential, encryptCredential, isStaleCredential } from "@/lib/providers/credential";
import { baseUrlOf } from "@/lib/providers/kinds";
import { refusalOfHost } from "@/lib/providers/upstream-address";

/** A provider's row with what an edit needs of it. */
export interface SavedProvider extends ProviderRow {
  name: string;
  version: number;
}

export function noSuchProvider(): AppError {
  return new AppError("not_found", "There is no such provider. It may have been deleted meanwhile.");
}

/**
 * A provider of this workspace, its credential still encrypted.
 * @throws AppError `not_found`, for another workspace's provider as well
 */
export async function readProvider(ctx: Context, id: string): Promise<SavedProvider> {
  const rows = isUuid(id)
    ? await ctx.db.prisma.$queryRaw<SavedProvider[]>`
        SELECT id, name, kind, base_url, credential, version FROM provider
        WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid`
    : [];
  if (!rows[0]) throw noSuchProvider();
  return rows[0];
}

/** Like `readProvider`, locked until the transaction ends, so that two changes to it queue up. */
export async function lockProvider(tx: Transaction, ctx: Context, id: string): Promise<SavedProvider> {
  const rows = await tx.$queryRaw<SavedProvider[]>`
    SELECT id, name, kind, base_url, credential, version FROM provider
    WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid FOR UPDATE`;
  if (!rows[0]) throw noSuchProvider();
  return rows[0];
}

/**
 * Refuses at once what could never be called; a name is checked when it is connected to.
 * @throws AppError `invalid_input` on `baseUrl`
 */
export function checkAddress(baseUrl: string | null): void {
  if (baseUrl === null) return;
  const refusal = refusalOfHost(new URL(baseUrl).hostname, allowPrivateUpstreams());
  if (refusal) throw new AppError("invalid_input", refusal, { field: "baseUrl" });
}

/**
 * What an edit of a saved provider would be called with. A saved API key goes nowhere but where it
 * was entered for: else whoever may edit a provider could have it sent to a server of theirs.
 * @param apiKey "" keeps the saved one
 * @throws AppError `invalid_input` on `apiKey`
 */
export function editedConnection(
  saved: ProviderRow,
  { baseUrl, apiKey }: { baseUrl: string | null; apiKey: string | null },
): ProviderConnection {
  const kept = { ...saved, credential: null };
  if (apiKey !== "" || saved.credential === null) return { ...connectionOf(kept), baseUrl, apiKey: apiKey || null };
  const before = connectionOf(kept);
  if (baseUrlOf(before) !== baseUrlOf({ ...before, baseUrl })) {
    throw new AppError(
      "invalid_input",
      "Enter the API key again: the saved one is not sent to another address than it was entered for.",
      { field: "apiKey" },
    );
  }
  return { ...connectionOf(saved), baseUrl };
}

/** A credential that an older key encrypted, encrypted with the newest; null when there is nothing to do or to read. */
export function renewedCredential({ id, credential }: ProviderRow) {
  const secrets = env().FLOWLATCH_ENCRYPTION_KEY;
  if (credential === null || !isStaleCredential(credential, secrets)) return null;
  const clear = decryptCredential(credential, id, secrets);
  return clear === null ? null : encryptCredential(clear, id, secrets);
}
