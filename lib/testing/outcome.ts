import { type RefusalReason, RefusedCall } from "@/lib/api-keys/refusals";
import { parseToken } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";

interface CallOutcome {
  chatflowId: string;
  token: string;
  address?: string;
}

/** What becomes of a call that comes at this moment: "admitted", or why it is refused. */
export async function outcomeOf(
  db: Database,
  { chatflowId, token, address }: CallOutcome,
  now: Date,
): Promise<RefusalReason | "admitted"> {
  const call = { chatflowId, token: parseToken(token), sessionId: null, address: address ?? null };
  try {
    await verifyCall(db, call, now);
    return "admitted";
  } catch (error) {
    if (error instanceof RefusedCall) return error.reason;
    throw error;
  }
}
