import "server-only";
import { type KnownToken, knownTokens } from "@/lib/api-keys/known-tokens";
import type { Token } from "@/lib/api-keys/token";
import type { Context } from "@/lib/context";
import { Prisma, type Transaction } from "@/lib/db/client";
import { isUuid } from "@/lib/ids";
import { foldName } from "@/lib/names";
import { getMaxKeyLifetime } from "@/lib/workspaces/service";

/** What there is already of what is to be imported. */
export interface Existing {
  tokens: ReadonlyMap<string, KnownToken>;
  /** Folded, of those that could be in the way. */
  keyNames: ReadonlySet<string>;
  chatflowNames: ReadonlySet<string>;
  providerNames: ReadonlySet<string>;
  /** Those of the flows' ids that a chatflow has, of whichever workspace. */
  chatflowIds: ReadonlySet<string>;
  /** By the flow's id, on the Flowise server in question. */
  chatflows: ReadonlyMap<string, { id: string; name: string }>;
  /** Days that a key may live; null for as long as one likes. */
  maxKeyLifetimeDays: number | null;
}

export interface Wanted {
  tokens: Token[];
  keyNames: string[];
  chatflowNames: string[];
  providerNames: string[];
  flowIds: string[];
  /** Null where the server is not connected yet, so that nothing of it can be here. */
  providerId: string | null;
}

/** Those of the folded names that are taken, and all that bear the mark of a name that was. */
async function takenNames(tx: Transaction, ctx: Context, named: Prisma.Sql, wanted: string[]) {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT name_key AS name FROM ${named}
    WHERE workspace_id = ${ctx.actor.workspaceId}::uuid
      AND (name_key = ANY(${wanted.map(foldName)}::text[]) OR name_key LIKE '%(flowise%')`;
  return new Set(rows.map(({ name }) => name));
}

async function takenIds(tx: Transaction, flowIds: string[]): Promise<Set<string>> {
  // Of all workspaces: an id belongs to one chatflow of the whole deployment.
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM chatflow WHERE id = ANY(${flowIds.filter(isUuid)}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

/** The chatflows of a server, and those that kept the id they had there, at whichever address it was then. */
async function knownChatflows(tx: Transaction, ctx: Context, providerId: string | null) {
  const rows = await tx.$queryRaw<{ flowId: string; id: string; name: string }[]>`
    SELECT engine->>'flowId' AS "flowId", id, name FROM chatflow
    WHERE workspace_id = ${ctx.actor.workspaceId}::uuid
      AND engine->>'kind' = 'flowise' AND (engine->>'providerId' = ${providerId} OR id::text = lower(engine->>'flowId'))
    ORDER BY created_at DESC`;
  return new Map(rows.map(({ flowId, ...chatflow }) => [flowId, chatflow]));
}

/** Looks up what there is already. In a transaction that holds the workspace, nothing of it changes before its end. */
export async function findExisting(tx: Transaction, ctx: Context, wanted: Wanted): Promise<Existing> {
  return {
    tokens: await knownTokens(tx, ctx, wanted.tokens),
    keyNames: await takenNames(tx, ctx, Prisma.sql`api_key`, wanted.keyNames),
    chatflowNames: await takenNames(tx, ctx, Prisma.sql`chatflow`, wanted.chatflowNames),
    providerNames: await takenNames(tx, ctx, Prisma.sql`provider`, wanted.providerNames),
    chatflowIds: await takenIds(tx, wanted.flowIds),
    chatflows: await knownChatflows(tx, ctx, wanted.providerId),
    maxKeyLifetimeDays: await getMaxKeyLifetime(ctx, tx),
  };
}
