"use client";

import { useEffect, useRef, useState } from "react";
import type { SourceDocument } from "@/lib/engines/engine";
import { readEvents } from "./read-events";

export interface Exchange {
  id: number;
  question: string;
  answer: string;
  sources: SourceDocument[];
  state: "streaming" | "done" | "stopped" | "failed";
  error: string | null;
}

const unreachable = "Flowlatch could not be reached.";
/** What the server takes of an earlier answer. */
const turnMax = 20_000;

/** A conversation with a chatflow, kept on this page alone. */
export function useChat(chatflowId: string, memoryTurns: number) {
  const [exchanges, setExchanges] = useState<Exchange[]>([]);
  const running = useRef<AbortController | null>(null);
  const lastId = useRef(0);
  useEffect(() => () => running.current?.abort(), []);

  const isStreaming = exchanges.at(-1)?.state === "streaming";

  async function run(id: number, question: string, earlier: Exchange[]) {
    const abort = new AbortController();
    running.current = abort;
    const patch = (change: (exchange: Exchange) => Partial<Exchange>) =>
      setExchanges((all) => all.map((one) => (one.id === id ? { ...one, ...change(one) } : one)));
    const fail = (error: string) => patch(() => ({ state: "failed", error }));
    const turns = (memoryTurns > 0 ? earlier.filter(({ state }) => state === "done").slice(-memoryTurns) : []).map(
      (turn) => ({ question: turn.question, answer: turn.answer.slice(0, turnMax) }),
    );
    try {
      const response = await fetch(`/chatflows/${chatflowId}/try`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ question, turns }),
        signal: abort.signal,
      });
      if (!response.ok || !response.body) {
        const problem = (await response.json().catch(() => null)) as { message?: string } | null;
        return fail(problem?.message ?? unreachable);
      }
      for await (const event of readEvents(response.body)) {
        if (event.type === "token") patch(({ answer }) => ({ answer: answer + event.text }));
        if (event.type === "sources") patch(() => ({ sources: event.sources }));
        if (event.type === "done") return patch(() => ({ state: "done" }));
        if (event.type === "error") return fail(event.message);
      }
      fail("The answer broke off.");
    } catch {
      if (abort.signal.aborted) patch(() => ({ state: "stopped" }));
      else fail(unreachable);
    }
  }

  function ask(question: string, earlier = exchanges) {
    lastId.current += 1;
    const id = lastId.current;
    setExchanges([...earlier, { id, question, answer: "", sources: [], state: "streaming", error: null }]);
    void run(id, question, earlier);
  }

  return {
    exchanges,
    isStreaming,
    ask,
    /** Asks the last question again, in place of what became of it. */
    retry: () => {
      const last = exchanges.at(-1);
      if (last) ask(last.question, exchanges.slice(0, -1));
    },
    stop: () => running.current?.abort(),
    reset: () => {
      running.current?.abort();
      setExchanges([]);
    },
  };
}
