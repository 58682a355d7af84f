import "server-only";
import { z } from "zod";
import { momentsOf } from "@/lib/activity/schema";
import type { RefusalReason } from "@/lib/api-keys/refusals";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { containsPattern, pageOf } from "@/lib/db/keyset";
import { newestFirst } from "@/lib/db/newest-first";
import { parseInput } from "@/lib/parse-input";
import { pastedRequestId } from "@/lib/pasted-request-id";
import {
  type ListRefusedCallsInput,
  listRefusedCallsSchema,
  type NamedParty,
  type RefusedCallEntry,
  type RefusedCallFilter,
} from "@/lib/refused-calls/schema";

/** Refused calls on a page. */
export const refusedCallsPerPage = 50;

export interface RefusedCallPage {
  items: RefusedCallEntry[];
  /** Cursors for the neighbouring pages; null where there is none. */
  next: string | null;
  previous: string | null;
}

interface Row {
  id: string;
  at: Date;
  reason: RefusalReason;
  address: string | null;
  last_four: string | null;
  api_key_id: string | null;
  api_key_name: string | null;
  key_exists: boolean;
  chatflow_id: string | null;
  chatflow_name: string | null;
  chatflow_exists: boolean;
  request_id: string;
  calls: number;
}

/** The condition on `row`, a refused call: it is of the workspace and passes every filter. */
function refusedCallWhere(ctx: Context, filter: RefusedCallFilter): Prisma.Sql {
  const { since, until } = momentsOf(filter);
  const conditions: (Prisma.Sql | "" | null | undefined)[] = [
    Prisma.sql`row.workspace_id = ${ctx.actor.workspaceId}::uuid`,
    filter.apiKeyId && Prisma.sql`row.api_key_id = ${filter.apiKeyId}::uuid`,
    filter.chatflowId && Prisma.sql`row.chatflow_id = ${filter.chatflowId}::uuid`,
    filter.reason && Prisma.sql`row.reason = ${filter.reason}`,
    filter.address && Prisma.sql`row.address = ${filter.address}`,
    since && Prisma.sql`row.at >= ${since}::timestamptz`,
    until && Prisma.sql`row.at < ${until}::timestamptz`,
    filter.search && bySearch(filter.search),
  ];
  return Prisma.join(
    conditions.filter((condition): condition is Prisma.Sql => typeof condition === "object" && condition !== null),
    " AND ",
  );
}

/** At most 100,000 rows a workspace are kept, so names need no index of their own. */
function bySearch(search: string): Prisma.Sql {
  const requestId = pastedRequestId(search);
  if (requestId !== null && requestId !== search) return Prisma.sql`row.request_id = ${requestId}`;
  const pattern = containsPattern(search.slice(0, 200));
  return Prisma.sql`(row.request_id = ${search} OR row.api_key_name ILIKE ${pattern} OR row.chatflow_name ILIKE ${pattern}
    OR row.last_four = ${search.slice(-4)} AND ${/^(?:flk_\S*|…|[\w-]{39})?[\w-]{4}$/.test(search)})`;
}

async function readRows(ctx: Context, where: Prisma.Sql, order: Prisma.Sql, limit: number): Promise<Row[]> {
  return await ctx.db.prisma.$queryRaw<Row[]>`
    SELECT row.*, EXISTS (SELECT FROM api_key k WHERE k.id = row.api_key_id AND k.workspace_id = row.workspace_id) AS key_exists,
           EXISTS (SELECT FROM chatflow c WHERE c.id = row.chatflow_id AND c.workspace_id = row.workspace_id) AS chatflow_exists
    FROM (SELECT * FROM refused_call row WHERE ${where} ORDER BY ${order} LIMIT ${limit}) row
    ORDER BY ${order}`;
}

/**
 * A page of the workspace's calls that were not answered, newest first, by keyset. Malformed parts of
 * the input count as not given.
 * @throws AppError `forbidden`
 */
export async function listRefusedCalls(ctx: Context, input: ListRefusedCallsInput = {}): Promise<RefusedCallPage> {
  authorize(ctx.actor, "activity:read");
  const { after, before, ...filter } = parseInput(listRefusedCallsSchema, input);
  const { beyond, order, ...place } = newestFirst({ after, before }, "at");
  const where = Prisma.sql`${refusedCallWhere(ctx, filter)} ${beyond}`;
  const rows = await readRows(ctx, where, order, refusedCallsPerPage + 1);
  const { shown, next, previous } = pageOf({
    rows,
    perPage: refusedCallsPerPage,
    ...place,
    cursorOf: (row) => [row.at.toISOString(), row.id],
  });
  return { items: shown.map(toEntry), next, previous };
}

const recentSchema = z.object({ apiKeyId: z.guid("That is not a key id.").toLowerCase() });
/** Refused calls that a key's page shows. */
const recentMax = 10;

/**
 * The last calls with a key's tokens that were refused, newest first: ten at most.
 * @throws AppError `invalid_input` or `forbidden`
 */
export async function recentRefusals(ctx: Context, input: z.input<typeof recentSchema>): Promise<RefusedCallEntry[]> {
  authorize(ctx.actor, "activity:read");
  const { apiKeyId } = parseInput(recentSchema, input);
  const where = Prisma.sql`row.workspace_id = ${ctx.actor.workspaceId}::uuid AND row.api_key_id = ${apiKeyId}::uuid`;
  const rows = await readRows(ctx, where, newestFirst({}, "at").order, recentMax);
  return rows.map(toEntry);
}

function party(id: string | null, name: string | null, exists: boolean): NamedParty | null {
  return id === null ? null : { id, name: name ?? "", exists };
}

function toEntry(row: Row): RefusedCallEntry {
  return {
    id: row.id,
    at: row.at,
    reason: row.reason,
    address: row.address,
    lastFour: row.last_four,
    apiKey: party(row.api_key_id, row.api_key_name, row.key_exists),
    chatflow: party(row.chatflow_id, row.chatflow_name, row.chatflow_exists),
    requestId: row.request_id,
    calls: row.calls,
  };
}
