import { z } from "zod";
import { retentionMaxDays } from "@/lib/sessions/limits";

const chatflowId = z.guid("That is not a chatflow id.");
const turnId = z.guid("That is not a turn id.");
const daysMessage = `Give a whole number of days, from 1 to ${retentionMaxDays.toLocaleString("en")}.`;

/** The sessions page's query string. What is malformed is dropped, not refused. */
export const listSessionsSchema = z.object({
  chatflowId,
  search: z.string().trim().max(300).catch("").default(""),
  after: z.string().max(500).optional().catch(undefined),
  before: z.string().max(500).optional().catch(undefined),
});

/** A conversation is named by any of its turns: a session id may be a person's name, and addresses end up in logs. */
export const conversationSchema = z.object({
  chatflowId,
  turnId,
  /** Cursor of the turn before which to read. */
  before: z.string().max(500).optional().catch(undefined),
});
export const turnSchema = z.object({ chatflowId, turnId });

export const forgetSchema = z.object({
  /** Whose conversations; null for every chatflow of the workspace. */
  chatflowId: chatflowId.nullable(),
  sessionId: z
    .string("Give a session ID.")
    .trim()
    .min(1, "Give a session ID.")
    .max(256, "A session ID has at most 256 characters."),
});

export const retentionSchema = z.object({
  chatflowId,
  /** Days; null for ever, 0 not at all. */
  days: z.number(daysMessage).int(daysMessage).min(0, daysMessage).max(retentionMaxDays, daysMessage).nullable(),
});

/** A conversation as the list shows it. */
export interface SessionSummary {
  /** Its last turn, which names it. */
  turnId: string;
  sessionId: string;
  /** The beginning of its first question. */
  title: string;
  turnCount: number;
  caller: Caller;
  startedAt: Date;
  lastAt: Date;
}

/** Who opened a session: the public, or a key, whose name is null once it is deleted. */
export type Caller = { kind: "public" } | { kind: "key"; name: string | null };

export interface ConversationTurn {
  id: string;
  question: string;
  answer: string;
  status: "ok" | "error" | "aborted";
  errorCode: string | null;
  /** Where each source is from: document, heading. */
  sources: string[];
  usage: { inputTokens: number; outputTokens: number } | null;
  firstTokenMs: number | null;
  durationMs: number;
  createdAt: Date;
}

export interface Conversation {
  sessionId: string;
  caller: Caller;
  title: string;
  turnCount: number;
  startedAt: Date;
  lastAt: Date;
  /** In the order they were asked, the last ones first where there are more than fit. */
  turns: ConversationTurn[];
  /** Cursor for the turns before these; null where there are none. */
  earlier: string | null;
}
