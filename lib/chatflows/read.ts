import "server-only";
import type { TokenSource } from "@/lib/api-keys/token";
import { authorize } from "@/lib/auth/roles";
import { accessOf } from "@/lib/chatflows/accepted-keys";
import {
  type ChatflowDetail,
  type ChatflowSummary,
  type FurtherKey,
  type ListChatflowsInput,
  listChatflowsSchema,
} from "@/lib/chatflows/schema";
import { noSuchChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { containsPattern, pageOf, timeCursor } from "@/lib/db/keyset";
import type { EngineKind } from "@/lib/engines/config";
import { readEngineConfig } from "@/lib/engines/registry";
import { isUuid } from "@/lib/ids";
import { foldName } from "@/lib/names";
import { parseInput } from "@/lib/parse-input";

/** Chatflows on a page. */
export const chatflowsPerPage = 50;
/** As people sort file names: "page 2" before "page 10". Not in SQL, where it depends on the database's locale. */
const byName = new Intl.Collator("en", { numeric: true });
/** Beyond this many, the count is "more than". */
const countCap = 10_000;

export interface ChatflowPage {
  items: ChatflowSummary[];
  /** Chatflows that match, at most `countCap`. */
  count: number;
  countIsCapped: boolean;
  /** Cursors for the neighbouring pages; null where there is none. */
  next: string | null;
  previous: string | null;
}

interface Row {
  id: string;
  name: string;
  slug: string;
  engine: Prisma.JsonValue;
  version: number;
  is_public: boolean;
  key_id: string | null;
  key_name: string | null;
  key_last_four: string | null;
  key_token_source: TokenSource | null;
  further_keys: (Omit<FurtherKey, "lastUsedAt"> & { lastUsedAt: string | null })[];
  document_count: number;
  created_at: Date;
  updated_at: Date;
}

const columns = Prisma.sql`
  c.id, c.name, c.slug, c.engine, c.version, c.is_public, c.created_at, c.updated_at,
  k.id AS key_id, k.name AS key_name, k.last_four AS key_last_four, k.token_source AS key_token_source,
  (SELECT coalesce(json_agg(json_build_object(
            'id', fk.id, 'name', fk.name, 'lastFour', fk.last_four, 'tokenSource', fk.token_source,
            'lastUsedAt', fk.last_used_at)), '[]')
   FROM chatflow_further_key f JOIN api_key fk ON fk.id = f.api_key_id WHERE f.chatflow_id = c.id) AS further_keys,
  (SELECT count(*)::int FROM document d WHERE d.chatflow_id = c.id) AS document_count`;

function toSummary(row: Row): ChatflowSummary {
  const { key_id: keyId, key_name: keyName, key_last_four: lastFour, key_token_source: tokenSource } = row;
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    access: accessOf(row.is_public, row.further_keys.length + (keyId ? 1 : 0)),
    apiKey: keyId && keyName && lastFour ? { id: keyId, name: keyName, lastFour, tokenSource } : null,
    furtherKeys: row.further_keys
      .map(({ lastUsedAt, ...key }) => ({ ...key, lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt) }))
      .sort((a, b) => byName.compare(a.name, b.name)),
    engineKind: (row.engine as { kind: EngineKind }).kind,
    documentCount: row.document_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/**
 * A page of the workspace's chatflows, newest first, by keyset. Malformed parts of the input fall
 * back to their defaults.
 */
export async function listChatflows(ctx: Context, input: ListChatflowsInput = {}): Promise<ChatflowPage> {
  authorize(ctx.actor, "chatflows:read");
  const { search, after, before } = parseInput(listChatflowsSchema, input);
  const cursor = timeCursor(after ?? before);
  const backwards = after === undefined && before !== undefined && cursor !== null;

  const own = Prisma.sql`c.workspace_id = ${ctx.actor.workspaceId}::uuid`;
  const where = search ? Prisma.sql`${own} AND c.name_key LIKE ${containsPattern(foldName(search))}` : own;
  const beyond = cursor
    ? Prisma.sql`AND (c.created_at, c.id) ${backwards ? Prisma.sql`>` : Prisma.sql`<`} (${cursor.createdAt}::timestamptz, ${cursor.id}::uuid)`
    : Prisma.empty;
  const order = backwards ? Prisma.sql`c.created_at ASC, c.id ASC` : Prisma.sql`c.created_at DESC, c.id DESC`;

  const [rows, [total]] = await Promise.all([
    ctx.db.prisma.$queryRaw<Row[]>`
      SELECT ${columns} FROM chatflow c LEFT JOIN api_key k ON k.id = c.api_key_id
      WHERE ${where} ${beyond} ORDER BY ${order} LIMIT ${chatflowsPerPage + 1}`,
    ctx.db.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM (SELECT 1 FROM chatflow c WHERE ${where} LIMIT ${countCap + 1}) counted`,
  ]);

  const { shown, next, previous } = pageOf({
    rows,
    perPage: chatflowsPerPage,
    isContinued: cursor !== null,
    backwards,
    cursorOf: (row) => [row.created_at.toISOString(), row.id],
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

/**
 * One chatflow with its engine and documents, as its page shows it.
 * @throws AppError `not_found`, for another workspace's chatflow as well, or `forbidden`
 */
export async function getChatflow(ctx: Context, id: string): Promise<ChatflowDetail> {
  authorize(ctx.actor, "chatflows:read");
  if (!isUuid(id)) throw noSuchChatflow();
  const { workspaceId } = ctx.actor;
  const [rows, documents] = await Promise.all([
    ctx.db.prisma.$queryRaw<Row[]>`
      SELECT ${columns} FROM chatflow c LEFT JOIN api_key k ON k.id = c.api_key_id
      WHERE c.id = ${id}::uuid AND c.workspace_id = ${workspaceId}::uuid`,
    ctx.db.prisma.document.findMany({
      where: { chatflowId: id, chatflow: { workspaceId } },
      select: { id: true, name: true, size: true, createdAt: true, _count: { select: { passages: true } } },
    }),
  ]);
  const [row] = rows;
  if (!row) throw noSuchChatflow();
  return {
    ...toSummary(row),
    engine: readEngineConfig(row.engine),
    version: row.version,
    documents: documents
      .map(({ _count, ...document }) => ({ ...document, passageCount: _count.passages }))
      .sort((a, b) => byName.compare(a.name, b.name)),
  };
}
