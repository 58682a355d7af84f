import { v4 } from "uuid";

/** A question and what became of it. */
export interface Exchange {
  id: string;
  question: string;
  answer: string;
  sources: string[];
  state: "streaming" | "done" | "stopped" | "failed";
  error: string | null;
  /** When it is worth asking again, in milliseconds since the epoch; null for at once. */
  retryAt: number | null;
  /** What the server calls the answer; null until it is whole. */
  messageId: string | null;
  /** What the visitor thought of it. */
  rating: Rating | null;
}

export type Rating = "THUMBS_UP" | "THUMBS_DOWN";

export interface Conversation {
  /** Random, and so the only thing that lets anybody continue it. */
  chatId: string;
  exchanges: Exchange[];
  /** Whether the visitor said who they are, where that is asked. */
  isKnown: boolean;
}

const keyOf = (chatflowId: string) => `flowlatch.chat.${chatflowId}`;

export function newConversation(isKnown = false): Conversation {
  return { chatId: v4(), exchanges: [], isKnown };
}

/** This tab's conversation, if there is one: it outlives a reload, and ends with the tab. */
export function readConversation(chatflowId: string): Conversation | null {
  try {
    const { exchanges, ...kept } = JSON.parse(sessionStorage.getItem(keyOf(chatflowId)) ?? "null") as Conversation;
    return { ...kept, exchanges: exchanges.map(ended) };
  } catch {
    // There is none, the browser keeps nothing, or another version of this page wrote it.
    return null;
  }
}

/** An answer that was under way when the page was left does not go on. */
function ended(exchange: Exchange): Exchange {
  return exchange.state === "streaming" ? { ...exchange, state: "stopped" } : exchange;
}

export function keepConversation(chatflowId: string, conversation: Conversation): void {
  try {
    sessionStorage.setItem(keyOf(chatflowId), JSON.stringify(conversation));
  } catch {
    // Full, or switched off: the conversation then ends with the page.
  }
}
