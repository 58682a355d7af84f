import "server-only";
import { Prisma } from "@/lib/db/client";
import { containsPattern } from "@/lib/db/keyset";
import { foldName } from "@/lib/names";

/** A text this short holds no trigram: an index of its own has the short parts of names (`short_parts`). */
const shortPartLength = 2;

/**
 * Condition on a column of folded names, that of `api_key k` unless another is given: the name
 * contains the text, whatever the case. Both halves are needed: the index knows where a short text
 * is, and LIKE, far cheaper, decides where rows are walked.
 */
export function nameContains(text: string, column = Prisma.sql`k.name_key`): Prisma.Sql {
  const folded = foldName(text);
  const contains = Prisma.sql`${column} LIKE ${containsPattern(folded)}`;
  if ([...folded].length > shortPartLength) return contains;
  return Prisma.sql`${contains} AND short_parts(${column}) @> ARRAY[${folded}]::text[]`;
}
