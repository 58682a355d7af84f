import type { ErrorCode } from "@/lib/errors";

/**
 * All that a trace may say of a call: ids, codes and what an operator has chosen. Never a token, an address
 * with its query, a header, a question or an answer. Names of OpenTelemetry's conventions where it has one
 * (https://opentelemetry.io/docs/specs/semconv/).
 */
export type Facts = Partial<
  Record<
    | "http.request.method"
    | "http.route"
    | "http.response.status_code"
    | "error.type"
    | "gen_ai.provider.name"
    | "gen_ai.request.model"
    | "gen_ai.usage.input_tokens"
    | "gen_ai.usage.output_tokens"
    | "flowlatch.request.id"
    | "flowlatch.key.id"
    | "flowlatch.chatflow.id"
    | "flowlatch.prediction.id"
    | "flowlatch.engine"
    | "flowlatch.outcome"
    | "flowlatch.refusal",
    string | number | null | undefined
  >
>;

/** A part of a call that takes time. */
export interface Step {
  note(facts: Facts): void;
  /** Something that is over as soon as it happens. */
  happened(what: "first token"): void;
  /** @param failure why it did not succeed, where it did not */
  end(failure?: ErrorCode | null): void;
}

/** One call as it is told to a collector of traces. */
export interface Trace {
  note(facts: Facts): void;
  step(name: "verify" | "engine" | "record"): Step;
  /** Keeps the trace open beyond the response, until the returned function is called. */
  hold(): () => void;
  /** To be called once, with the response’s status. */
  answered(status: number): void;
}

/** What begins a trace. */
export interface TracedRequest {
  headers: Headers;
  method: string;
  /** Asked for only where there is somebody to tell. */
  route: () => string;
  requestId: string;
}

/** What a process brings that has a collector (lib/tracing/start.ts). */
export interface Tracing {
  begin(request: TracedRequest): Trace;
  /** Of a call under way. */
  traceIdOf(requestId: string): string | undefined;
}

const nothing = () => {};
const untracedStep: Step = { note: nothing, happened: nothing, end: nothing };

/** Of a call where no collector is configured. */
export const untraced: Trace = { note: nothing, step: () => untracedStep, hold: () => nothing, answered: nothing };

// On globalThis because each route of a build may load this module for itself.
const shared = globalThis as { flowlatchTracing?: Tracing };

/** Sets who is told of this process's calls. */
export function traceWith(tracing: Tracing | undefined): void {
  if (tracing) shared.flowlatchTracing = tracing;
  else delete shared.flowlatchTracing;
}

export function beginTrace(request: TracedRequest): Trace {
  return shared.flowlatchTracing?.begin(request) ?? untraced;
}

/** The trace of a call that is under way, for its log lines. Of two at once with one request id, the later one's. */
export function traceIdOf(requestId: unknown): string | undefined {
  return typeof requestId === "string" ? shared.flowlatchTracing?.traceIdOf(requestId) : undefined;
}
