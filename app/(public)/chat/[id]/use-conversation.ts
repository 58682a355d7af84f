import { useCallback, useEffect, useRef, useState } from "react";
import { readAnswer } from "./read-answer";
import { brokeOff, refusalOf, unreachable } from "./refusal";
import {
  type Conversation,
  type Exchange,
  keepConversation,
  newConversation,
  type Rating,
  readConversation,
} from "./stored";

const unanswered = {
  answer: "",
  sources: [] as string[],
  state: "streaming",
  error: null,
  retryAt: null,
  messageId: null,
  rating: null,
} as const;

/** This tab's conversation with a public chatflow. */
export function useConversation(chatflowId: string) {
  const [conversation, setConversation] = useState<Conversation | null>(null);
  const running = useRef<AbortController | null>(null);
  const exchanges = conversation?.exchanges ?? [];
  const isStreaming = exchanges.at(-1)?.state === "streaming";

  useEffect(() => {
    setConversation(readConversation(chatflowId) ?? newConversation());
    return () => running.current?.abort();
  }, [chatflowId]);

  useEffect(() => {
    // Once an answer has ended, and not with each of its words.
    if (conversation && !isStreaming) keepConversation(chatflowId, conversation);
  }, [chatflowId, conversation, isStreaming]);

  /** Stable, so that a message that is not concerned is not drawn again with each word of another. */
  const patchOne = useCallback(
    (id: string, change: (exchange: Exchange) => Partial<Exchange>) =>
      setConversation(
        (now) =>
          now && { ...now, exchanges: now.exchanges.map((one) => (one.id === id ? { ...one, ...change(one) } : one)) },
      ),
    [],
  );
  const noteRating = useCallback((id: string, rating: Rating) => patchOne(id, () => ({ rating })), [patchOne]);

  async function run(chatId: string, id: string, question: string, signal: AbortSignal) {
    const patch = (change: (exchange: Exchange) => Partial<Exchange>) => patchOne(id, change);
    const fail = (error: string, retryAt: number | null = null) => patch(() => ({ state: "failed", error, retryAt }));
    try {
      const response = await fetch(`/api/v1/prediction/${chatflowId}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream, application/json" },
        body: JSON.stringify({ question, chatId, streaming: true }),
        signal,
      });
      if (!response.ok) {
        const { message, retryAt } = await refusalOf(response);
        return fail(message, retryAt);
      }
      for await (const event of readAnswer(response)) {
        if (event.type === "token") patch(({ answer }) => ({ answer: answer + event.text }));
        if (event.type === "sources") patch(() => ({ sources: event.sources }));
        if (event.type === "error") return fail(brokeOff);
        if (event.type === "done") return patch(() => ({ state: "done", messageId: event.messageId }));
      }
      fail(brokeOff);
    } catch {
      if (signal.aborted) patch(() => ({ state: "stopped" }));
      else fail(unreachable);
    }
  }

  function ask(question: string, earlier = exchanges) {
    const { chatId, isKnown } = conversation ?? newConversation();
    const abort = new AbortController();
    running.current = abort;
    const id = `${chatId}/${earlier.length}/${performance.now()}`;
    const asked: Exchange = { ...unanswered, id, question };
    setConversation({ chatId, isKnown, exchanges: [...earlier, asked] });
    void run(chatId, id, question, abort.signal);
  }

  return {
    exchanges,
    isStreaming,
    ask: (question: string) => ask(question),
    /** Asks the last question again, in place of what became of it. */
    retry: () => {
      const last = exchanges.at(-1);
      if (last) ask(last.question, exchanges.slice(0, -1));
    },
    stop: () => running.current?.abort(),
    /** Begins anew: what was said before is neither shown nor remembered. */
    restart: () => {
      running.current?.abort();
      setConversation(newConversation(conversation?.isKnown));
    },
    chatId: conversation?.chatId ?? "",
    isKnown: conversation?.isKnown ?? false,
    becomeKnown: () => setConversation((now) => now && { ...now, isKnown: true }),
    noteRating,
  };
}
