import "server-only";
import { z } from "zod";
import { searchText } from "@/lib/activity/schema";
import { nameContains } from "@/lib/api-keys/search";
import type { TokenSource } from "@/lib/api-keys/token";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { parseInput } from "@/lib/parse-input";

/** Keys offered at a time; more are found by typing. */
export const optionsShown = 20;

const searchOptionsSchema = z.object({
  search: searchText,
  /** A chatflow's id: the keys that it accepts already are left out. */
  notAcceptedBy: z.guid().optional().catch(undefined),
});

/** A key as a combobox offers it. */
export interface ApiKeyOption {
  id: string;
  name: string;
  lastFour: string;
  tokenSource: TokenSource | null;
}

/** The first keys, by name, whose name contains the text whatever its case. */
export async function searchApiKeyOptions(
  ctx: Context,
  input: z.input<typeof searchOptionsSchema> = {},
): Promise<ApiKeyOption[]> {
  authorize(ctx.actor, "keys:read");
  const { search, notAcceptedBy } = parseInput(searchOptionsSchema, input);
  const matches = search ? Prisma.sql`AND ${nameContains(search)}` : Prisma.empty;
  const isNew = notAcceptedBy
    ? Prisma.sql`
      AND NOT EXISTS (SELECT FROM chatflow c WHERE c.id = ${notAcceptedBy}::uuid AND c.api_key_id = k.id)
      AND NOT EXISTS (
        SELECT FROM chatflow_further_key f WHERE f.chatflow_id = ${notAcceptedBy}::uuid AND f.api_key_id = k.id)`
    : Prisma.empty;
  return await ctx.db.prisma.$queryRaw<ApiKeyOption[]>`
    SELECT key.id, key.name, key.last_four AS "lastFour", key.token_source AS "tokenSource"
    FROM (
      SELECT k.id, k.name_key FROM api_key k
      WHERE k.workspace_id = ${ctx.actor.workspaceId}::uuid ${matches} ${isNew}
      ORDER BY k.name_key LIMIT ${optionsShown}
    ) found
    JOIN api_key key ON key.id = found.id
    ORDER BY found.name_key`;
}
