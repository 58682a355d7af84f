import "server-only";
import type { Database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { allowedOriginsOf, anyOrigin } from "@/lib/sharing/origins";

/** What is read of a chatflow for somebody who has shown no credentials yet. */
export interface VisitedChatflow {
  isPublic: boolean;
  /** Not checked yet; see `sharingSchema`. */
  sharing: unknown;
  /** Not checked yet; see `readEngineConfig`. */
  engine: unknown;
  keepsConversations: boolean;
}

interface Row {
  sharing: unknown;
}

/**
 * A chatflow that a client names before it has shown credentials, in one statement. Its caller decides what of
 * it may be told: no workspace is named, because the id is all that a client has.
 * @throws AppError `not_found`
 */
export async function readVisitedChatflow(db: Database, chatflowId: string): Promise<VisitedChatflow> {
  const { rows } = await db.pool.query<VisitedChatflow>(
    `SELECT is_public AS "isPublic", sharing, engine, retention_days IS DISTINCT FROM 0 AS "keepsConversations"
     FROM chatflow WHERE id = $1`,
    [isUuid(chatflowId) ? chatflowId : null],
  );
  const [chatflow] = rows;
  if (!chatflow) throw new AppError("not_found", "There is no chatflow with this id.");
  return chatflow;
}

/** The websites that may call a chatflow from the browser; none for one that does not exist. */
export async function originsOfChatflow(db: Database, chatflowId: string): Promise<string[]> {
  if (!isUuid(chatflowId)) return [];
  const { rows } = await db.pool.query<Row>("SELECT sharing FROM chatflow WHERE id = $1", [chatflowId]);
  return allowedOriginsOf(rows[0]?.sharing);
}

/** The same for what is named by a chatflow's id or by the id of feedback that was given there. */
export async function originsOfFeedback(db: Database, id: string): Promise<string[]> {
  if (!isUuid(id)) return [];
  const { rows } = await db.pool.query<Row>(
    `SELECT sharing FROM chatflow WHERE id = $1
     UNION ALL SELECT c.sharing FROM feedback f JOIN chatflow c ON c.id = f.chatflow_id WHERE f.id = $1`,
    [id],
  );
  return allowedOriginsOf(rows[0]?.sharing);
}

/** Whether any chatflow at all lists a website: where a browser asks before the chatflow is named. */
export async function isListedOrigin(db: Database, origin: string): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    "SELECT FROM chatflow WHERE sharing->'allowedOrigins' ?| $1::text[] LIMIT 1",
    [[origin, anyOrigin]],
  );
  return rowCount === 1;
}
