import "server-only";
import { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { containsPattern } from "@/lib/db/keyset";
import { foldName } from "@/lib/names";
import { parseInput } from "@/lib/parse-input";

/** Keys offered at a time; more are found by typing. */
export const optionsShown = 20;

const searchOptionsSchema = z.object({ search: z.string().trim().max(200).catch("").default("") });

/** A key as a combobox offers it. */
export interface ApiKeyOption {
  id: string;
  name: string;
  lastFour: string;
}

/** The first keys, by name, whose name contains the text whatever its case. */
export async function searchApiKeyOptions(
  ctx: Context,
  input: z.input<typeof searchOptionsSchema> = {},
): Promise<ApiKeyOption[]> {
  authorize(ctx.actor, "keys:read");
  const { search } = parseInput(searchOptionsSchema, input);
  const matches = search ? Prisma.sql`AND name_key LIKE ${containsPattern(foldName(search))}` : Prisma.empty;
  return await ctx.db.prisma.$queryRaw<ApiKeyOption[]>`
    SELECT id, name, last_four AS "lastFour" FROM api_key
    WHERE workspace_id = ${ctx.actor.workspaceId}::uuid ${matches}
    ORDER BY name_key, id LIMIT ${optionsShown}`;
}
