"use client";

import { useEffect, useRef, useState } from "react";
import { v4 } from "uuid";
import type { SourceDocument, Usage } from "@/lib/engines/engine";
import type { Trial } from "../editor/use-draft";
import { readEvents } from "./read-events";

/** An image as the API takes it: Flowise's upload. */
export interface Upload {
  type: "file";
  name: string;
  mime: string;
  /** A data URL. */
  data: string;
}

export interface Exchange {
  id: number;
  question: string;
  uploads: Upload[];
  answer: string;
  sources: SourceDocument[];
  usage: Usage | null;
  /** As they are waited for here: from sending the question. */
  firstTokenMs: number | null;
  totalMs: number | null;
  state: "streaming" | "done" | "stopped" | "failed";
  error: string | null;
}

export interface Asked {
  question: string;
  uploads: Upload[];
}

export interface ChatSettings {
  memoryTurns: number;
  /** Values of this conversation's variables. */
  vars: Record<string, string>;
  /** The engine as it is being edited; null asks the saved one. */
  trial: (() => Promise<Trial>) | null;
  /** Told when the server refuses a field of the engine. */
  onRefused: (field: string, message: string) => void;
}

const unreachable = "Flowlatch could not be reached.";
/** What the server takes of an earlier answer. */
const turnMax = 20_000;

const newExchange = { answer: "", sources: [], usage: null, firstTokenMs: null, totalMs: null, error: null };

function turnsFor(earlier: Exchange[], memoryTurns: number) {
  const answered = memoryTurns > 0 ? earlier.filter(({ state }) => state === "done").slice(-memoryTurns) : [];
  return answered.map(({ question, answer }) => ({ question, answer: answer.slice(0, turnMax) }));
}

/** A conversation with a chatflow, kept on this page alone. */
export function useChat(chatflowId: string, settings: ChatSettings) {
  const [exchanges, setExchanges] = useState<Exchange[]>([]);
  const running = useRef<AbortController | null>(null);
  const lastId = useRef(0);
  /** For engines that remember elsewhere: each conversation is another one there. */
  const sessionId = useRef("");
  useEffect(() => () => running.current?.abort(), []);

  const isStreaming = exchanges.at(-1)?.state === "streaming";

  /** The answer as it streams, or the sentence that refuses it. */
  async function send({ question, uploads }: Asked, earlier: Exchange[], engine: object, signal: AbortSignal) {
    const response = await fetch(`/chatflows/${chatflowId}/try`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        question,
        turns: turnsFor(earlier, settings.memoryTurns),
        vars: settings.vars,
        uploads,
        sessionId: sessionId.current,
        ...engine,
      }),
      signal,
    });
    if (response.ok && response.body) return response.body;
    const problem = (await response.json().catch(() => null)) as { message?: string; field?: string } | null;
    if (problem?.field?.startsWith("engine.") && problem.message) settings.onRefused(problem.field, problem.message);
    return problem?.message ?? unreachable;
  }

  async function run(id: number, asked: Asked, earlier: Exchange[]) {
    const abort = new AbortController();
    running.current = abort;
    let startedAt = performance.now();
    const elapsed = () => performance.now() - startedAt;
    const patch = (change: (exchange: Exchange) => Partial<Exchange>) =>
      setExchanges((all) => all.map((one) => (one.id === id ? { ...one, ...change(one) } : one)));
    const fail = (error: string) => patch(() => ({ state: "failed", error }));
    try {
      const trial = await settings.trial?.();
      if (trial?.ok === false) return fail(trial.message);
      abort.signal.throwIfAborted();
      startedAt = performance.now();
      const body = await send(asked, earlier, trial ? { engine: trial.engine } : {}, abort.signal);
      if (typeof body === "string") return fail(body);
      for await (const event of readEvents(body)) {
        const now = elapsed();
        if (event.type === "token")
          patch(({ answer, firstTokenMs }) => ({ answer: answer + event.text, firstTokenMs: firstTokenMs ?? now }));
        if (event.type === "sources") patch(() => ({ sources: event.sources }));
        if (event.type === "usage") patch(() => ({ usage: event.usage }));
        if (event.type === "done") return patch(() => ({ state: "done", totalMs: now }));
        if (event.type === "error") return fail(event.message);
      }
      fail("The answer broke off.");
    } catch {
      if (abort.signal.aborted) patch(() => ({ state: "stopped", totalMs: elapsed() }));
      else fail(unreachable);
    }
  }

  function ask(asked: Asked, earlier = exchanges) {
    lastId.current += 1;
    const id = lastId.current;
    if (earlier.length === 0) sessionId.current = v4();
    setExchanges([...earlier, { ...newExchange, ...asked, id, state: "streaming" }]);
    void run(id, asked, earlier);
  }

  return {
    exchanges,
    isStreaming,
    ask,
    /** Asks the last question again, in place of what became of it. */
    retry: () => {
      const last = exchanges.at(-1);
      if (last) ask(last, exchanges.slice(0, -1));
    },
    stop: () => running.current?.abort(),
    reset: () => {
      running.current?.abort();
      setExchanges([]);
    },
  };
}
