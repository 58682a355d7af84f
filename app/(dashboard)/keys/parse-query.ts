import { listApiKeysSchema } from "@/lib/api-keys/schema";
import type { KeysQuery } from "./query";

/** The page's query string; `q` is the search. Malformed parts fall back to their defaults. */
export function parseKeysQuery({ q, ...rest }: Record<string, string | string[] | undefined>): KeysQuery {
  // Postgres text cannot hold NUL, so nothing can match it.
  const search = typeof q === "string" ? q.replaceAll("\0", "") : "";
  return listApiKeysSchema.parse({ ...rest, search });
}
