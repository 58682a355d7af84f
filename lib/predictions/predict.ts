import "server-only";
import type { Grant } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import type { Engine, EngineEvent, SourceDocument, Turn, Usage } from "@/lib/engines/engine";
import { engineOf, readEngineConfig } from "@/lib/engines/registry";
import { AppError, toAppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { keepAwake } from "@/lib/later";
import { log } from "@/lib/log";
import { type PredictionRecord, recordPrediction } from "@/lib/predictions/record";
import { type RunningAnswer, startRunning } from "@/lib/predictions/running";
import type { PredictionRequest } from "@/lib/predictions/schema";

export interface PredictionCall {
  db: Database;
  now: Date;
  /** When the call came in, in milliseconds of `performance.now()`. */
  startedAt: number;
  requestId: string;
  /** Aborts when the caller hangs up. */
  signal: AbortSignal;
  /** The caller's IP address, where it is known. */
  address: string | null;
  request: PredictionRequest;
}

/** A prediction that has begun: it was allowed, and its engine has said its first word. */
export interface OpenPrediction {
  id: string;
  question: string;
  chatId: string;
  sessionId: string;
  /** Whether the engine's words arrive one by one. */
  streams: boolean;
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
  const { memoryTurns } = config;
  const turns = grant.turns.length > 0 ? grant.turns : lastOf(request.history, memoryTurns);

  const id = newId();
  const chat = { chatflowId: grant.chatflow.id, credentialId: grant.credentialId, chatId: request.chatId };
  const running = startRunning(given.db, chat, given.signal);
  const call = { ...given, signal: running.signal };
  const answer = startAnswer(call, { grant, engine, turns, running });
  const { promise: recorded, resolve: onRecorded } = Promise.withResolvers<void>();
  // A caller who hangs up must not take the record along.
  keepAwake(recorded);
  const events = answerAndRecord(call, { id, grant, answer, running, onRecorded });
  // Pulling the first event also enters the generator: from here on its `finally` is sure to run.
  let first = await events.next();
  // A model's tokens are counted from before its first word, which may yet not come.
  while (!first.done && first.value.type === "usage") first = await events.next();
  const hangUp = () => events.return().catch(() => {});
  call.signal.addEventListener("abort", hangUp, { once: true });
  if (call.signal.aborted) hangUp();
  return {
    id,
    question: request.question,
    chatId: request.chatId,
    sessionId: request.sessionId,
    streams: engine.streams,
    remembers: memoryTurns > 0 && grant.chatflow.keepsConversations,
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

interface Started {
  id: string;
  grant: Grant;
  answer: AsyncGenerator<EngineEvent, void>;
  running: RunningAnswer;
  /** To be called when the prediction is recorded, or cannot be. */
  onRecorded(): void;
}

/** The engine's events as they come; when they end, for whatever reason, the record of them. */
async function* answerAndRecord(call: PredictionCall, started: Started): AsyncGenerator<EngineEvent, void> {
  const { db, signal, request, startedAt } = call;
  const { id, grant, answer, running, onRecorded } = started;
  const heard = new Heard(startedAt);
  let outcome: Pick<PredictionRecord, "status" | "errorCode"> = { status: "aborted", errorCode: null };
  try {
    for await (const event of answer) {
      heard.note(event);
      yield event;
    }
    if (!signal.aborted) outcome = { status: "ok", errorCode: null };
  } catch (error) {
    // An engine may report its own abortion as a failure.
    if (!signal.aborted) outcome = { status: "error", errorCode: toAppError(error).code };
    throw error;
  } finally {
    running.over();
    const { chatId, sessionId, question } = request;
    const { requestId, now: createdAt, address } = call;
    const durationMs = Math.round(performance.now() - startedAt);
    const record = {
      id,
      chatId,
      sessionId,
      question,
      requestId,
      createdAt,
      address,
      durationMs,
      ...heard.result(),
      ...outcome,
    };
    await recordPrediction(db, grant, record)
      .catch((error: unknown) => {
        log().error({ requestId, status: outcome.status, err: error }, "a prediction could not be recorded");
        throw unrecorded(error);
      })
      .finally(onRecorded);
  }
}

/** An answer that is in no history and no usage count is not given: the caller may ask again. */
function unrecorded(cause: unknown): AppError {
  const message = "The answer could not be recorded, so it is withheld. Try again in a few seconds.";
  return new AppError("database_unavailable", message, { cause, retryAfterSeconds: 5 });
}

/** What an engine has said so far. */
class Heard {
  private readonly startedAt: number;
  private answer = "";
  private firstTokenMs: number | null = null;
  private sources: SourceDocument[] | null = null;
  private usage: Usage | null = null;

  /** @param startedAt milliseconds of `performance.now()` */
  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  note(event: EngineEvent): void {
    if (event.type === "token") {
      this.firstTokenMs ??= Math.round(performance.now() - this.startedAt);
      this.answer += event.text;
    } else if (event.type === "sources") this.sources = event.sources;
    else if (event.type === "usage") this.usage = event.usage;
  }

  result() {
    const { answer, firstTokenMs, sources, usage } = this;
    return { answer, firstTokenMs, sources, usage };
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
