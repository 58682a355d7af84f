import "server-only";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { env } from "@/lib/env";
import { later } from "@/lib/later";
import { log } from "@/lib/log";
import { spansOf } from "@/lib/tracing/spans";
import { traceWith } from "@/lib/tracing/trace";

/** How often, in milliseconds, the log says that traces are lost. */
const complainEveryMs = 60_000;

/** Longest delivery, in milliseconds: a function is awake for it, and a server that was told to stop waits no longer. */
const timeoutMillis = 2_000;

/** OpenTelemetry's own exporter, whose failures are told. It reads its address and headers from OTEL_EXPORTER_OTLP_*. */
class ToldExporter extends OTLPTraceExporter {
  private complainedAt = Number.NEGATIVE_INFINITY;

  override export(spans: ReadableSpan[], onResult: (result: ExportResult) => void): void {
    super.export(spans, (result) => {
      if (result.code === ExportResultCode.FAILED) this.complain(spans.length);
      // What is lost is lost, and told once a minute rather than by everybody who waits for it.
      onResult({ code: ExportResultCode.SUCCESS });
    });
  }

  private complain(spans: number): void {
    const now = performance.now();
    if (now - this.complainedAt < complainEveryMs) return;
    this.complainedAt = now;
    log().warn({ spans }, "traces could not be delivered: see OTEL_EXPORTER_OTLP_ENDPOINT");
  }
}

/**
 * Begins to tell the collector at OTEL_EXPORTER_OTLP_ENDPOINT of this process's calls. Nothing is registered
 * with OpenTelemetry's API: Next would find it and add spans of its own, whose addresses have their query.
 * Spans wait in a bounded queue; no call waits for the collector, and what does not fit is dropped.
 */
export function startTracing(): void {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": "flowlatch" }))
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }));
  const root = new TraceIdRatioBasedSampler(env().OTEL_TRACES_SAMPLER_ARG);
  const provider = new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new ToldExporter({ timeoutMillis }) })],
  });
  traceWith(
    spansOf(
      provider.getTracer("flowlatch"),
      deliverLater(() => provider.forceFlush()),
    ),
  );
}

/**
 * Delivery that no answer waits for: a little later on a server, at the latest when it stops, and in a
 * function before it may be frozen. One at a time, so that a slow collector has one to deal with.
 */
function deliverLater(deliver: () => Promise<void>): () => void {
  let isUnderWay = false;
  let isWaiting = false;
  return function ended() {
    isWaiting = true;
    if (isUnderWay) return;
    isUnderWay = true;
    later(async () => {
      try {
        isWaiting = false;
        await deliver();
      } finally {
        isUnderWay = false;
        if (isWaiting) ended();
      }
    });
  };
}
