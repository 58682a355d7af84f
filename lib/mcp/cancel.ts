import "server-only";
import { z } from "zod";
import type { Grant } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import { announceEnd } from "@/lib/predictions/ended-chats";
import { chatDigest, endAnswers } from "@/lib/predictions/running";

/** Given to a client with the handshake and sent back with each message. Nothing is kept under it. */
export const sessionHeader = "Mcp-Session-Id";

const requestIdSchema = z.union([z.string(), z.number()]);
const requestSchema = z.object({ id: requestIdSchema });
const cancellationSchema = z.object({
  method: z.literal("notifications/cancelled"),
  params: z.object({ requestId: requestIdSchema }),
});

export function isHandshake(message: unknown): boolean {
  return Object(message).method === "initialize";
}

/**
 * Clients count their requests from 0: those which share a key are told apart by their session. A client
 * without one hangs up instead, as in the protocol's versions since 2026.
 */
function nameOf(headers: Headers, requestId: string | number | undefined): string | undefined {
  const session = headers.get(sessionHeader);
  return session === null || requestId === undefined ? undefined : JSON.stringify(["mcp", session, requestId]);
}

/** The name under which the answer to a message can be ended. */
export function cancellableAs(headers: Headers, message: unknown): string | undefined {
  return nameOf(headers, requestSchema.safeParse(message).data?.id);
}

/** The name of the answer that a message wants no more of, as the protocol's versions of 2025 say it. */
export function cancelledBy(headers: Headers, message: unknown): string | undefined {
  return nameOf(headers, cancellationSchema.safeParse(message).data?.params.requestId);
}

/** Ends an answer of the caller's own, on whichever instance it is under way. */
export async function endCancelled(db: Database, grant: Grant, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const chat = chatDigest({ chatflowId: grant.chatflow.id, credentialId: grant.credentialId, chatId: name });
  endAnswers(chat);
  await announceEnd(db, chat);
}
