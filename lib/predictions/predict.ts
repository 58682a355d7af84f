import "server-only";
import type { Grant } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import type { Engine, EngineEvent, Turn } from "@/lib/engines/engine";
import { engineOf, readEngineConfig } from "@/lib/engines/registry";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { keepAwake } from "@/lib/later";
import { recordedAnswer } from "@/lib/predictions/recorded-answer";
import { type RunningAnswer, startRunning } from "@/lib/predictions/running";
import type { PredictionRequest } from "@/lib/predictions/schema";
import type { Trace } from "@/lib/tracing/trace";

export interface PredictionCall {
  db: Database;
  now: Date;
  /** When the call came in, in milliseconds of `performance.now()`. */
  startedAt: number;
  requestId: string;
  trace: Trace;
  /** Aborts when the caller hangs up. */
  signal: AbortSignal;
  /** The caller's IP address, where it is known. */
  address: string | null;
  request: PredictionRequest;
  /** What its caller calls the answer to have it ended: its chat's id, or a name of the dialect's own. */
  endableAs: string;
}

/** A prediction that has begun: it was allowed, and its engine has said its first word. */
export interface OpenPrediction {
  id: string;
  requestId: string;
  question: string;
  chatId: string;
  sessionId: string;
  /** Whether the engine's words arrive one by one. */
  streams: boolean;
  /** Whether question and answer are kept, here or elsewhere. */
  isKept: boolean;
  /** Whether later predictions of this session will know of this one. */
  remembers: boolean;
  /** Whether its caller has asked for its end before all was said. */
  wasEnded(): boolean;
  /** To be read to its end; the last step waits until the prediction is recorded. */
  events: AsyncIterableIterator<EngineEvent>;
}

/**
 * Starts the engine for a call that `verifyCall` has granted. Two SQL statements a prediction, besides
 * the engine's own: one has verified it, one will record it. A failure before the first word is thrown
 * here and one after it by `events`; either way the prediction is recorded, exactly once, and so it is
 * when the caller hangs up or asks for its end (see `endAnswers`).
 *
 * @throws AppError as the engine does
 */
export async function openPrediction(given: PredictionCall, grant: Grant): Promise<OpenPrediction> {
  const { request } = given;
  const config = readEngineConfig(grant.chatflow.engine);
  const engine = engineOf(config);
  if (!request.keeps && engine.keepsElsewhere) {
    const message = "This chatflow’s conversations are kept on a Flowise server as well: store cannot be false.";
    throw new AppError("invalid_input", message, { field: "store" });
  }
  const isInHistory = request.keeps && grant.chatflow.keepsConversations;
  const { memoryTurns } = config;
  const turns = grant.turns.length > 0 ? grant.turns : lastOf(request.history, memoryTurns);

  const id = newId();
  const chat = { chatflowId: grant.chatflow.id, credentialId: grant.credentialId, chatId: given.endableAs };
  const running = startRunning(given.db, chat, given.signal);
  const call = { ...given, signal: running.signal };
  const answer = startAnswer(call, { grant, engine, turns, running });
  const { promise: recorded, resolve: onRecorded } = Promise.withResolvers<void>();
  // A caller who hangs up must not take the record along.
  keepAwake(recorded);
  const events = recordedAnswer(call, { id, grant, config, answer, running, onRecorded });
  // Pulling the first event also enters the generator: from here on its `finally` is sure to run.
  let first = await events.next();
  // A model's tokens are counted from before its first word, which may yet not come.
  while (!first.done && first.value.type === "usage") first = await events.next();
  const hangUp = () => events.return().catch(() => {});
  call.signal.addEventListener("abort", hangUp, { once: true });
  if (call.signal.aborted) hangUp();
  return {
    id,
    requestId: call.requestId,
    question: request.question,
    chatId: request.chatId,
    sessionId: request.sessionId,
    streams: engine.streams,
    isKept: isInHistory || engine.keepsElsewhere,
    remembers: memoryTurns > 0 && isInHistory,
    wasEnded: running.wasEnded,
    events: startingWith(first, events),
  };
}

function lastOf(turns: Turn[], count: number): Turn[] {
  return count === 0 ? [] : turns.slice(-count);
}

/** @throws AppError `invalid_input` as the engine does, with nothing to record yet */
function startAnswer(
  call: PredictionCall,
  started: { grant: Grant; engine: Engine; turns: Turn[]; running: RunningAnswer },
) {
  const { db, signal, requestId, request } = call;
  const { grant, engine, turns, running } = started;
  const { question, inputs, chatId, sessionId, streaming } = request;
  const { id: chatflowId, workspaceId, hasDocuments } = grant.chatflow;
  const { provider } = grant;
  const conversation = { credentialId: grant.credentialId, sessionId, chatId };
  try {
    return engine.answer({
      ...{ db, workspaceId, chatflowId, hasDocuments, question, turns, conversation, streaming },
      ...{ provider, inputs, requestId, signal },
    });
  } catch (error) {
    running.over();
    throw error;
  }
}

/** An iterator whose first result was already taken. Not a generator: `return` must reach `rest` even before the first pull. */
function startingWith<T>(first: IteratorResult<T, void>, rest: AsyncGenerator<T, void>): AsyncIterableIterator<T> {
  let pending: IteratorResult<T, void> | null = first;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = pending ?? (await rest.next());
      pending = null;
      return result;
    },
    return: () => rest.return(),
  };
}
