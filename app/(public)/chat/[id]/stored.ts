import { v4 } from "uuid";

/** A question and what became of it. */
export interface Exchange {
  id: string;
  question: string;
  answer: string;
  sources: string[];
  state: "streaming" | "done" | "stopped" | "failed";
  error: string | null;
  /** What the server calls the answer; null until it is whole. */
  messageId: string | null;
}

export interface Conversation {
  /** Random, and so the only thing that lets anybody continue it. */
  chatId: string;
  exchanges: Exchange[];
}

const keyOf = (chatflowId: string) => `flowlatch.chat.${chatflowId}`;

export function newConversation(): Conversation {
  return { chatId: v4(), exchanges: [] };
}

/** This tab's conversation, if there is one: it outlives a reload, and ends with the tab. */
export function readConversation(chatflowId: string): Conversation | null {
  try {
    const { chatId, exchanges } = JSON.parse(sessionStorage.getItem(keyOf(chatflowId)) ?? "null") as Conversation;
    return { chatId, exchanges: exchanges.map(ended) };
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
