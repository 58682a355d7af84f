import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";
import type { ErrorCode } from "@/lib/errors";
import type { Facts, Step, Trace, TracedRequest, Tracing } from "@/lib/tracing/trace";

const openTraces = new Map<string, string>();

/**
 * Traces as OpenTelemetry's spans: one of the whole call, which its caller's `traceparent` may be the parent of,
 * and one of each step. What a `tracestate` says is not kept: it is the caller's to choose, and may say anything.
 * @param onEnded is called when a call's last span has ended
 */
export function spansOf(tracer: Tracer, onEnded: () => void): Tracing {
  return {
    traceIdOf: (requestId) => openTraces.get(requestId),
    begin(request) {
      const route = request.route();
      const span = tracer.startSpan(
        `${request.method} ${route}`,
        { kind: SpanKind.SERVER, attributes: attributesOf(request, route) },
        callersContext(request.headers),
      );
      const { traceId } = span.spanContext();
      const { requestId } = request;
      openTraces.set(requestId, traceId);
      return new SpannedCall(tracer, span, () => {
        if (openTraces.get(requestId) === traceId) openTraces.delete(requestId);
        onEnded();
      });
    },
  };
}

function attributesOf({ method, requestId }: TracedRequest, route: string): Attributes {
  return { "http.request.method": method, "http.route": route, "flowlatch.request.id": requestId };
}

/** W3C Trace Context (https://www.w3.org/TR/trace-context/). */
function callersContext(headers: Headers): Context {
  const parent = parseTraceParent(headers.get("traceparent") ?? "");
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

class SpannedCall implements Trace {
  private readonly tracer: Tracer;
  private readonly span: Span;
  private readonly onEnded: () => void;
  /** The response, and whatever holds the trace besides. */
  private holders = 1;

  constructor(tracer: Tracer, span: Span, onEnded: () => void) {
    this.tracer = tracer;
    this.span = span;
    this.onEnded = onEnded;
  }

  note(facts: Facts): void {
    setFacts(this.span, facts);
  }

  step(name: string): Step {
    const kind = name === "engine" ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const span = this.tracer.startSpan(name, { kind }, trace.setSpan(ROOT_CONTEXT, this.span));
    return {
      note: (facts) => setFacts(span, facts),
      happened: (what) => void span.addEvent(what),
      end(failure) {
        if (failure) fail(span, failure);
        span.end();
      },
    };
  }

  hold(): () => void {
    this.holders += 1;
    return () => this.release();
  }

  answered(status: number): void {
    this.note({ "http.response.status_code": status });
    if (status >= 500) fail(this.span, String(status));
    this.release();
  }

  private release(): void {
    this.holders -= 1;
    if (this.holders > 0) return;
    this.span.end();
    this.onEnded();
  }
}

function setFacts(span: Span, facts: Facts): void {
  for (const [name, value] of Object.entries(facts)) if (value != null) span.setAttribute(name, value);
}

/** Without a message or an exception, which may quote what the caller said. */
function fail(span: Span, type: ErrorCode | string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute("error.type", type);
}
