import "server-only";
import type { Grant } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { commentFeedbackSchema, giveFeedbackSchema, type Rating } from "@/lib/feedback/schema";
import { isUuid, newId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";
import { sharingSchema } from "@/lib/sharing/schema";

/** Feedback as Flowise's clients read it. */
export interface GivenFeedback {
  id: string;
  chatflowid: string;
  messageId: string;
  rating: Rating;
  content: string;
  createdDate: Date;
}

const feedbackColumns = `f.id, f.chatflow_id AS chatflowid, f.prediction_id AS "messageId", f.rating, f.content,
  f.created_at AS "createdDate"`;

/** @throws AppError `forbidden` where the chatflow's operator asks for no feedback */
function assertWanted({ chatflow }: Grant): void {
  if (sharingSchema.parse(chatflow.sharing).feedback) return;
  throw new AppError("forbidden", "Feedback is switched off for this chatflow.");
}

function notFound(what: string): AppError {
  return new AppError("not_found", `There is no such ${what} here, or it is not yours.`);
}

/**
 * Keeps what somebody thought of an answer, in the place of what they thought before. The answer has to be this
 * chatflow's and this caller's: another key's, or the public's, is not found.
 * @param grant of a call that was decided on
 * @throws AppError `invalid_input`, `forbidden` or `not_found`
 */
export async function giveFeedback(
  db: Database,
  grant: Grant,
  { body, now }: { body: unknown; now: Date },
): Promise<GivenFeedback> {
  assertWanted(grant);
  const { messageId, rating, content } = parseInput(giveFeedbackSchema, body);
  const { rows } = await db.pool.query<GivenFeedback>(
    `INSERT INTO feedback AS f (id, workspace_id, chatflow_id, prediction_id, rating, content, created_at, updated_at)
     SELECT $1::uuid, p.workspace_id, p.chatflow_id, p.id, $2, $3, $4::timestamptz, $4::timestamptz FROM prediction p
     WHERE p.id = $5 AND p.chatflow_id = $6 AND p.workspace_id = $7 AND p.credential_id = $8
     -- In the order of whoever deletes a chatflow: its turns before itself. One that goes meanwhile is not found.
     FOR KEY SHARE OF p
     ON CONFLICT (prediction_id)
     DO UPDATE SET rating = excluded.rating, content = excluded.content, updated_at = excluded.updated_at
     RETURNING ${feedbackColumns}`,
    [newId(), rating, content, now, messageId, grant.chatflow.id, grant.chatflow.workspaceId, grant.credentialId],
  );
  const [given] = rows;
  if (!given) throw notFound("answer");
  return given;
}

/**
 * The chatflow that feedback was given on, so that a call that names nothing else can be decided on.
 * @throws AppError `not_found`
 */
export async function chatflowOfFeedback(db: Database, feedbackId: string): Promise<string> {
  const { rows } = await db.pool.query<{ id: string }>("SELECT chatflow_id AS id FROM feedback WHERE id = $1", [
    isUuid(feedbackId) ? feedbackId : null,
  ]);
  const [chatflow] = rows;
  if (!chatflow) throw notFound("feedback");
  return chatflow.id;
}

/**
 * Says more about feedback that the same caller gave.
 * @throws AppError as `giveFeedback`
 */
export async function commentFeedback(
  db: Database,
  grant: Grant,
  { feedbackId, body, now }: { feedbackId: string; body: unknown; now: Date },
): Promise<GivenFeedback> {
  assertWanted(grant);
  const { rating, content } = parseInput(commentFeedbackSchema, body);
  const { rows } = await db.pool.query<GivenFeedback>(
    `UPDATE feedback f SET rating = coalesce($1, f.rating), content = coalesce($2, f.content), updated_at = $3
     FROM prediction p
     WHERE f.id = $4 AND f.chatflow_id = $5 AND f.workspace_id = $6 AND p.id = f.prediction_id AND p.credential_id = $7
     RETURNING ${feedbackColumns}`,
    [
      ...[rating ?? null, content ?? null, now, feedbackId],
      ...[grant.chatflow.id, grant.chatflow.workspaceId, grant.credentialId],
    ],
  );
  const [given] = rows;
  if (!given) throw notFound("feedback");
  return given;
}
