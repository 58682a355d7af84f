import "server-only";
import type { Grant } from "@/lib/api-keys/verify";
import type { EngineConfig, EngineKind } from "@/lib/engines/config";
import type { EngineEvent, SourceDocument, Usage } from "@/lib/engines/engine";
import { AppError, toAppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { countPrediction } from "@/lib/metrics/metrics";
import type { PredictionCall } from "@/lib/predictions/predict";
import { type PredictionRecord, recordPrediction } from "@/lib/predictions/record";
import type { RunningAnswer } from "@/lib/predictions/running";
import type { Facts } from "@/lib/tracing/trace";
import { traced } from "@/lib/tracing/traced";

interface Started {
  id: string;
  grant: Grant;
  config: EngineConfig;
  answer: AsyncGenerator<EngineEvent, void>;
  running: RunningAnswer;
  /** To be called when the prediction is recorded, or cannot be. */
  onRecorded(): void;
}

/** The engine's events as they come; when they end, for whatever reason, the record of them. */
export async function* recordedAnswer(call: PredictionCall, started: Started): AsyncGenerator<EngineEvent, void> {
  const { db, signal, request, startedAt, trace } = call;
  const { id, grant, config, answer, running, onRecorded } = started;
  const release = trace.hold();
  const engine = trace.step("engine");
  engine.note(factsOf(config, grant));
  const heard = new Heard(request.question, startedAt, () => engine.happened("first token"));
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
    const { chatId, sessionId, keeps } = request;
    const { requestId, now: createdAt, address } = call;
    const durationMs = Math.round(performance.now() - startedAt);
    const record = {
      id,
      chatId,
      sessionId,
      keeps,
      requestId,
      createdAt,
      address,
      durationMs,
      ...heard.result(),
      ...outcome,
    };
    const { usage } = record;
    engine.note({
      "gen_ai.usage.input_tokens": usage?.inputTokens,
      "gen_ai.usage.output_tokens": usage?.outputTokens,
    });
    engine.end(outcome.errorCode);
    trace.note({ "flowlatch.prediction.id": id, "flowlatch.outcome": outcome.errorCode ?? outcome.status });
    tell(record, grant, config.kind);
    await traced(trace.step("record"), () => recordPrediction(db, grant, record))
      .catch((error: unknown) => {
        log().error({ requestId, status: outcome.status, err: error }, "a prediction could not be recorded");
        throw unrecorded(error);
      })
      .finally(() => {
        release();
        onRecorded();
      });
  }
}

function factsOf(config: EngineConfig, { provider }: Grant): Facts {
  return {
    "flowlatch.engine": config.kind,
    "gen_ai.provider.name": provider?.kind,
    "gen_ai.request.model": config.kind === "model" ? config.model : null,
  };
}

/** To whoever watches this instance. Of question and answer nothing is told. */
function tell(
  { requestId, status, errorCode, durationMs, firstTokenMs }: PredictionRecord,
  grant: Grant,
  engine: EngineKind,
) {
  const outcome = errorCode ?? status;
  countPrediction({ engine, outcome, durationMs, firstTokenMs });
  const ids = { requestId, apiKeyId: grant.secret && grant.credentialId, chatflowId: grant.chatflow.id };
  log().info({ ...ids, engine, outcome, durationMs, firstTokenMs }, "prediction");
}

/** An answer that is in no history and no usage count is not given: the caller may ask again. */
function unrecorded(cause: unknown): AppError {
  const message = "The answer could not be recorded, so it is withheld. Try again in a few seconds.";
  return new AppError("database_unavailable", message, { cause, retryAfterSeconds: 5 });
}

/** What an engine has said so far. */
class Heard {
  private question: string;
  private readonly startedAt: number;
  private readonly onFirstToken: () => void;
  private answer = "";
  private firstTokenMs: number | null = null;
  private sources: SourceDocument[] | null = null;
  private usage: Usage | null = null;

  /** @param startedAt milliseconds of `performance.now()` */
  constructor(question: string, startedAt: number, onFirstToken: () => void) {
    this.question = question;
    this.startedAt = startedAt;
    this.onFirstToken = onFirstToken;
  }

  note(event: EngineEvent): void {
    if (event.type === "token") {
      if (this.firstTokenMs === null) this.onFirstToken();
      this.firstTokenMs ??= Math.round(performance.now() - this.startedAt);
      this.answer += event.text;
    } else if (event.type === "question") this.question = event.text;
    else if (event.type === "sources") this.sources = event.sources;
    else if (event.type === "usage") this.usage = event.usage;
  }

  result() {
    const { question, answer, firstTokenMs, sources, usage } = this;
    return { question, answer, firstTokenMs, sources, usage };
  }
}
