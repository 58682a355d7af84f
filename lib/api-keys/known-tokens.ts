import "server-only";
import { digestToken, type Token } from "@/lib/api-keys/token";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { env } from "@/lib/env";

/** A token that has a row already. */
export interface KnownToken {
  /** False where another workspace has it, of which nothing is told. */
  isOwn: boolean;
  key: { id: string; name: string };
  /** Whether the key still has it: it is ended once the key was regenerated, or the token reported. */
  hasEnded: boolean;
}

/**
 * Which of the tokens are here already. Lets nobody in. Under every pepper: a token that was imported before
 * the pepper was changed is the same token.
 */
export async function knownTokens(tx: Transaction, ctx: Context, tokens: Token[]): Promise<Map<string, KnownToken>> {
  const tokenOf = new Map(
    tokens.flatMap((token) =>
      env().FLOWLATCH_PEPPER.map((pepper) => [digestToken(token, pepper).toString("hex"), token]),
    ),
  );
  const digests = [...tokenOf.keys()].map((digest) => Buffer.from(digest, "hex"));
  // Of all workspaces: a digest belongs to one key of the whole deployment.
  const rows = await tx.$queryRaw<{ digest: string; id: string; name: string; isOwn: boolean; hasEnded: boolean }[]>`
    SELECT encode(s.digest, 'hex') AS digest, k.id, k.name, k.workspace_id = ${ctx.actor.workspaceId}::uuid AS "isOwn",
           s.expires_at IS NOT NULL AS "hasEnded"
    FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id WHERE s.digest = ANY(${digests}::bytea[])`;
  return new Map(
    rows.map(({ digest, id, name, isOwn, hasEnded }) => [
      tokenOf.get(digest) as string,
      { isOwn, hasEnded, key: { id, name } },
    ]),
  );
}
