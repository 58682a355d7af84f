import { parseToken } from "@/lib/api-keys/token";
import { type Grant, verifyCall } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import type { PredictionRecord } from "@/lib/predictions/record";
import { createGuardedChatflow } from "@/lib/testing/fixtures";

/** What a call with the key of a new chatflow was granted. */
export async function createGrant(db: Database): Promise<Grant> {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const call = { chatflowId, token: parseToken(key.token), sessionId: null, address: null };
  return await verifyCall(db, call, new Date());
}

/** The record of an answered call, but for what is given. */
export const recordOf = (given: Partial<PredictionRecord> = {}): PredictionRecord => ({
  id: newId(),
  sessionId: "session",
  chatId: "chat",
  question: "When?",
  answer: "At nine.",
  status: "ok",
  errorCode: null,
  sources: null,
  usage: null,
  firstTokenMs: 3,
  durationMs: 5,
  requestId: newId(),
  createdAt: new Date(),
  address: null,
  keeps: true,
  ...given,
});
