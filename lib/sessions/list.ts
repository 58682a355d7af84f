import "server-only";
import type { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import { requireChatflow } from "@/lib/chatflows/find";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { pageOf, timeCursor } from "@/lib/db/keyset";
import { parseInput } from "@/lib/parse-input";
import { callerOf } from "@/lib/sessions/caller";
import { listSessionsSchema, type SessionSummary } from "@/lib/sessions/schema";

/** Sessions on a page. */
export const sessionsPerPage = 50;
const titleMax = 200;
/** Words searched for; more are ignored. */
const wordsMax = 16;

export interface SessionPage {
  items: SessionSummary[];
  /** Cursors for the neighbouring pages; null where there is none. */
  next: string | null;
  previous: string | null;
}

interface Row {
  id: string;
  session_id: string;
  credential_id: string;
  title: string;
  turns: number;
  key_name: string | null;
  started_at: Date;
  created_at: Date;
}

/** Spaces to prediction_words(), see the migration of sessions. */
const marks = /[@.:/\\_+&=\0-]/g;

/** A text as a tsquery of all its words, each also as a beginning. Quoted: whatever it holds is data. */
function toPrefixQuery(text: string): string {
  const words = text.replace(marks, " ").toWellFormed().split(/\s+/).filter(Boolean).slice(0, wordsMax);
  return words.map((word) => `'${word.replaceAll("'", "''")}':*`).join(" & ");
}

/** Conversations of which a question or answer has all the words, and those of that very session id. */
function matching(search: string, chatflowId: string, workspaceId: string): Prisma.Sql {
  if (!search) return Prisma.empty;
  // Nothing in the subquery depends on `p`, so it runs once.
  return Prisma.sql`AND (p.session_id = ${search.replaceAll("\0", "")} OR (p.credential_id, p.session_id) IN (
    SELECT m.credential_id, m.session_id FROM prediction m
    WHERE m.chatflow_id = ${chatflowId}::uuid AND m.workspace_id = ${workspaceId}::uuid
      AND m.words @@ to_tsquery('simple', ${toPrefixQuery(search)})))`;
}

/**
 * A page of a chatflow's conversations, the last used first, by keyset. A conversation stands where
 * its last turn does, so the page is read along that order and never gathers all of them.
 * @throws AppError `not_found` or `forbidden`
 */
export async function listSessions(ctx: Context, input: z.input<typeof listSessionsSchema>): Promise<SessionPage> {
  authorize(ctx.actor, "sessions:read");
  const { chatflowId, search, after, before } = parseInput(listSessionsSchema, input);
  const { workspaceId } = ctx.actor;
  const { prisma } = ctx.db;
  await requireChatflow(ctx, chatflowId);
  const cursor = timeCursor(after ?? before);
  const backwards = after === undefined && before !== undefined && cursor !== null;
  const order = (of: "p" | "page") =>
    Prisma.raw(["created_at", "id"].map((c) => `${of}.${c} ${backwards ? "ASC" : "DESC"}`).join(", "));
  const beyond = cursor
    ? Prisma.sql`AND (p.created_at, p.id) ${backwards ? Prisma.sql`>` : Prisma.sql`<`} (${cursor.createdAt}::timestamptz, ${cursor.id}::uuid)`
    : Prisma.empty;
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT page.*, left(first.question, ${titleMax}) AS title, first.created_at AS started_at, k.name AS key_name,
           (SELECT count(*)::int FROM prediction q WHERE q.chatflow_id = ${chatflowId}::uuid
              AND q.credential_id = page.credential_id AND q.session_id = page.session_id) AS turns
    FROM (
      SELECT p.id, p.session_id, p.credential_id, p.created_at FROM prediction p
      WHERE p.chatflow_id = ${chatflowId}::uuid AND p.workspace_id = ${workspaceId}::uuid ${beyond}
        AND NOT EXISTS (
          SELECT 1 FROM prediction later
          WHERE later.chatflow_id = p.chatflow_id AND later.credential_id = p.credential_id
            AND later.session_id = p.session_id AND (later.created_at, later.id) > (p.created_at, p.id))
        ${matching(search, chatflowId, workspaceId)}
      ORDER BY ${order("p")} LIMIT ${sessionsPerPage + 1}
    ) page
    CROSS JOIN LATERAL (
      SELECT question, created_at FROM prediction q
      WHERE q.chatflow_id = ${chatflowId}::uuid AND q.credential_id = page.credential_id
        AND q.session_id = page.session_id
      ORDER BY q.created_at, q.id LIMIT 1
    ) first
    LEFT JOIN api_key k ON k.id = page.credential_id AND k.workspace_id = ${workspaceId}::uuid
    ORDER BY ${order("page")}`;
  const { shown, next, previous } = pageOf({
    rows,
    perPage: sessionsPerPage,
    isContinued: cursor !== null,
    backwards,
    cursorOf: (row) => [row.created_at.toISOString(), row.id],
  });
  return { items: shown.map(toSummary), next, previous };
}

function toSummary(row: Row): SessionSummary {
  return {
    turnId: row.id,
    sessionId: row.session_id,
    title: row.title,
    turnCount: row.turns,
    caller: callerOf(row.credential_id, row.key_name),
    startedAt: row.started_at,
    lastAt: row.created_at,
  };
}
