import "server-only";
import type { Grant } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { LeadInput } from "@/lib/leads/schema";
import { sharingSchema } from "@/lib/sharing/schema";

/**
 * Keeps what a visitor told of themselves: what the chatflow's operator asks for and nothing else.
 * @param grant of a call that was decided on
 * @returns the lead as Flowise's clients read it
 * @throws AppError `forbidden` where nothing is asked, `invalid_input` where nothing was answered
 */
export async function saveLead(db: Database, grant: Grant, { lead, now }: { lead: LeadInput; now: Date }) {
  const { leads: asked } = sharingSchema.parse(grant.chatflow.sharing);
  if (!asked.enabled) throw new AppError("forbidden", "This chatflow does not ask for contact details.");
  const { chatId } = lead;
  const name = asked.name ? lead.name : null;
  const email = asked.email ? lead.email : null;
  const phone = asked.phone ? lead.phone : null;
  if (!name && !email && !phone) throw new AppError("invalid_input", "Tell us at least one thing of yourself.");
  const { id: chatflowId, workspaceId } = grant.chatflow;
  const id = newId();
  // None for a chatflow that was deleted meanwhile.
  await db.pool.query(
    `INSERT INTO lead (id, workspace_id, chatflow_id, chat_id, name, email, phone, created_at)
     SELECT $1::uuid, c.workspace_id, c.id, $4, $5, $6, $7, $8::timestamptz FROM chatflow c
     WHERE c.id = $2 AND c.workspace_id = $3 FOR KEY SHARE`,
    [id, chatflowId, workspaceId, chatId, name, email, phone, now],
  );
  return { id, chatflowid: chatflowId, chatId, name, email, phone, createdDate: now };
}
