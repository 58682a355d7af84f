// The browser loads this file, so it takes types alone: the schema would bring zod, 31 kB, to every visit.
import type { z } from "zod";
import type { KeySort, listApiKeysSchema } from "@/lib/api-keys/schema";

export type KeysQuery = z.output<typeof listApiKeysSchema>;

/** An address of the keys page. Defaults are left out, so that equal views have equal addresses. */
export function keysHref({ search, sort, direction, attention, after, before }: Partial<KeysQuery>): string {
  const query = new URLSearchParams();
  if (search) query.set("q", search);
  if (sort && sort !== "created") query.set("sort", sort);
  if (direction) query.set("direction", direction);
  if (attention) query.set("attention", attention);
  if (after) query.set("after", after);
  if (before) query.set("before", before);
  return query.size > 0 ? `/keys?${query}` : "/keys";
}

/** Names start at A, times with the newest; a second press on a column turns its order. */
const ascendsFirst: Record<KeySort, boolean> = { created: false, used: false, name: true };

/** Whether the list ascends by this column; null when another column orders it. */
export function ascends(query: KeysQuery, sort: KeySort): boolean | null {
  if (query.sort !== sort) return null;
  return query.direction ? query.direction === "asc" : ascendsFirst[sort];
}

export function sortHref(query: KeysQuery, sort: KeySort): string {
  const current = ascends(query, sort);
  const ascending = current === null ? ascendsFirst[sort] : !current;
  const direction = ascending === ascendsFirst[sort] ? undefined : ascending ? "asc" : "desc";
  return keysHref({ search: query.search, attention: query.attention, sort, direction });
}
