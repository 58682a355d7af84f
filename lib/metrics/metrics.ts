import "server-only";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { RefusalReason } from "@/lib/api-keys/refusals";
import { database } from "@/lib/db/client";
import type { EngineKind } from "@/lib/engines/config";
import type { ErrorCode } from "@/lib/errors";
import { answersUnderWay } from "@/lib/predictions/running";

/** Seconds: from a search in documents to the longest answer of a model that is waited for. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/**
 * What this instance counts. Names and units as in Prometheus' conventions
 * (https://prometheus.io/docs/practices/naming/). Labels have few values: never a key, a chatflow or an address.
 */
function newMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "flowlatch_answers_under_way",
    help: "Predictions whose engine is answering now, streamed or not.",
    registers,
    collect() {
      this.set(answersUnderWay());
    },
  });
  new Gauge({
    name: "flowlatch_database_connections",
    help: "Connections of the pool, by state; waiting are the queries that wait for one.",
    labelNames: ["state"],
    registers,
    collect() {
      const { totalCount, idleCount, waitingCount } = database().pool;
      this.set({ state: "busy" }, totalCount - idleCount);
      this.set({ state: "idle" }, idleCount);
      this.set({ state: "waiting" }, waitingCount);
    },
  });
  return {
    registry,
    predictions: new Counter({
      name: "flowlatch_predictions_total",
      help: "Predictions that were allowed, by engine and outcome: ok, aborted or the code of the error.",
      labelNames: ["engine", "outcome"],
      registers,
    }),
    duration: new Histogram({
      name: "flowlatch_prediction_duration_seconds",
      help: "From the call to its record.",
      labelNames: ["engine"],
      buckets,
      registers,
    }),
    firstToken: new Histogram({
      name: "flowlatch_prediction_first_token_seconds",
      help: "From the call to the engine's first word.",
      labelNames: ["engine"],
      buckets,
      registers,
    }),
    refusedCalls: new Counter({
      name: "flowlatch_refused_calls_total",
      help: "Calls that were not let in, by reason, such as limit_reached.",
      labelNames: ["reason"],
      registers,
    }),
    errorAnswers: new Counter({
      name: "flowlatch_api_errors_total",
      help: "Error answers of the API, refusals among them, by their code.",
      labelNames: ["code"],
      registers,
    }),
  };
}

// On globalThis because each route of a build may load this module for itself.
const shared = globalThis as { flowlatchMetrics?: ReturnType<typeof newMetrics> };
shared.flowlatchMetrics ??= newMetrics();
const metrics = shared.flowlatchMetrics;

interface CountedPrediction {
  engine: EngineKind;
  /** "ok", "aborted" or an error's code. */
  outcome: string;
  durationMs: number;
  firstTokenMs: number | null;
}

export function countPrediction({ engine, outcome, durationMs, firstTokenMs }: CountedPrediction): void {
  metrics.predictions.inc({ engine, outcome });
  metrics.duration.observe({ engine }, durationMs / 1_000);
  if (firstTokenMs !== null) metrics.firstToken.observe({ engine }, firstTokenMs / 1_000);
}

export function countRefusedCall(reason: RefusalReason): void {
  metrics.refusedCalls.inc({ reason });
}

export function countErrorAnswer(code: ErrorCode): void {
  metrics.errorAnswers.inc({ code });
}

/** All of it in Prometheus' text format, and its media type. */
export async function exposition(): Promise<{ contentType: string; text: string }> {
  return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() };
}
