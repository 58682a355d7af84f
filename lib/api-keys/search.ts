import "server-only";
import { Prisma } from "@/lib/db/client";
import { containsPattern } from "@/lib/db/keyset";
import { foldName } from "@/lib/names";

/** A text this short holds no trigram: an index of its own has the short parts of names (`short_parts`). */
const shortPartLength = 2;

/**
 * Condition on `api_key k`: the name contains the text, whatever the case. Both halves are needed:
 * the index knows where a short text is, and LIKE, far cheaper, decides where rows are walked.
 */
export function nameContains(text: string): Prisma.Sql {
  const folded = foldName(text);
  const contains = Prisma.sql`k.name_key LIKE ${containsPattern(folded)}`;
  if ([...folded].length > shortPartLength) return contains;
  return Prisma.sql`${contains} AND short_parts(k.name_key) @> ARRAY[${folded}]::text[]`;
}
