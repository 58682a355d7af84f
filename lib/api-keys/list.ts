import "server-only";
import { needsAttention } from "@/lib/api-keys/attention";
import { type ApiKeySummary, type KeySort, type ListApiKeysInput, listApiKeysSchema } from "@/lib/api-keys/schema";
import { nameContains } from "@/lib/api-keys/search";
import { type SummaryRow, selectSummaries, toSummary } from "@/lib/api-keys/summary";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { type Cursor, decodeCursor, pageOf } from "@/lib/db/keyset";
import { parseInput } from "@/lib/parse-input";

/** Keys on a page. */
export const keysPerPage = 50;
/** Beyond this many, the count is "more than". Counting a million rows on each keystroke helps nobody. */
const countCap = 10_000;
/** Chatflow names carried with a key. */
const chatflowsNamed = 20;

export interface ApiKeyPage {
  items: ApiKeySummary[];
  /** Keys that match, at most `countCap + 1`. */
  count: number;
  countIsCapped: boolean;
  /** Cursors for the neighbouring pages; null where there is none. */
  next: string | null;
  previous: string | null;
}

/** Each order has an index that ends in `id`; see the first migration. */
const orders: Record<KeySort, { column: Prisma.Sql; cast: Prisma.Sql; ascendsFirst: boolean }> = {
  created: { column: Prisma.sql`k.created_at`, cast: Prisma.sql`timestamptz`, ascendsFirst: false },
  name: { column: Prisma.sql`k.name_key`, cast: Prisma.sql`text`, ascendsFirst: true },
  used: {
    column: Prisma.sql`coalesce(k.last_used_at, '-infinity'::timestamptz)`,
    cast: Prisma.sql`timestamptz`,
    ascendsFirst: false,
  },
};

/** Postgres's own text of a time, or of the -infinity that stands for "never". */
const timeText = /^(?:-infinity|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d(?::\d\d)?)$/;

/** The cursor, or null for one that was cut, edited, or made for another order. */
function positionOf(text: string | undefined, sort: KeySort): Cursor | null {
  const cursor = decodeCursor(text);
  if (cursor === null) return null;
  const [value] = cursor;
  if (sort === "name") return value.includes("\0") ? null : cursor;
  if (!timeText.test(value)) return null;
  return value === "-infinity" || !Number.isNaN(Date.parse(value.replace(/([+-]\d\d)$/, "$1:00"))) ? cursor : null;
}

/** Names that contain the text, whatever the case, and keys whose token ends in it. */
function matches(ctx: Context, search: string): Prisma.Sql {
  const own = Prisma.sql`k.workspace_id = ${ctx.actor.workspaceId}::uuid`;
  if (!search) return own;
  // What people paste is often the masked token, or the whole one; only its end is known here.
  const lastFour = /^(?:flk_\S*|…|[\w-]{39})?([\w-]{4})$/.exec(search)?.[1];
  const name = nameContains(search);
  return lastFour ? Prisma.sql`${own} AND (${name} OR k.last_four = ${lastFour})` : Prisma.sql`${own} AND ${name}`;
}

/**
 * A page of the workspace's keys, by keyset: as fast on the last page as on the first.
 * Malformed parts of the input fall back to their defaults.
 */
export async function listApiKeys(ctx: Context, input: ListApiKeysInput = {}): Promise<ApiKeyPage> {
  authorize(ctx.actor, "keys:read");
  const { search, sort, direction, attention, after, before } = parseInput(listApiKeysSchema, input);
  const { column, cast, ascendsFirst } = orders[sort];
  const cursor = positionOf(after ?? before, sort);
  const backwards = after === undefined && before !== undefined && cursor !== null;
  const ascending = (direction === undefined ? ascendsFirst : direction === "asc") !== backwards;

  const found = matches(ctx, search);
  const where = attention ? Prisma.sql`${found} AND ${needsAttention(attention, ctx)}` : found;
  const beyond = cursor
    ? Prisma.sql`AND (${column}, k.id) ${ascending ? Prisma.sql`>` : Prisma.sql`<`} (${cursor[0]}::${cast}, ${cursor[1]}::uuid)`
    : Prisma.empty;
  const order = ascending ? Prisma.sql`${column} ASC, k.id ASC` : Prisma.sql`${column} DESC, k.id DESC`;

  const place = Prisma.sql`
    SELECT k.id, ${column}::text AS sort_value, row_number() OVER (ORDER BY ${order}) AS place
    FROM api_key k WHERE ${where} ${beyond}
    ORDER BY ${order} LIMIT ${keysPerPage + 1}`;

  const [rows, [total]] = await Promise.all([
    ctx.db.prisma.$queryRaw<SummaryRow[]>(selectSummaries(place, ctx.now, chatflowsNamed)),
    ctx.db.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM (SELECT 1 FROM api_key k WHERE ${where} LIMIT ${countCap + 1}) counted`,
  ]);

  const { shown, next, previous } = pageOf({
    rows,
    perPage: keysPerPage,
    isContinued: cursor !== null,
    backwards,
    cursorOf: (row) => [row.sort_value, row.id],
  });
  const count = total?.count ?? 0;
  return {
    items: shown.map(toSummary),
    count: Math.min(count, countCap),
    countIsCapped: count > countCap,
    next,
    previous,
  };
}
