import type { Env } from "@/lib/env";
import { about, type Finding } from "./finding.ts";

const { ok, failure } = about("traces");

/** How long it is waited for, in milliseconds. */
const timeoutMillis = 3_000;

/** The collector that is told of calls, where there is one: whether it takes a delivery, of nothing. */
export async function examineTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Env): Promise<Finding> {
  if (endpoint === undefined) return ok("None: no collector is told of calls.");
  const { host } = new URL(endpoint);
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
  const exporter = new OTLPTraceExporter({ timeoutMillis });
  const error = await new Promise<Error | undefined>((resolve) =>
    exporter.export([], (result) => resolve(result.error)),
  );
  await exporter.shutdown();
  if (!error) return ok(`The collector at ${host} takes them.`);
  const { code } = error as { code?: number | string };
  return failure(
    `The collector at ${host} does not take them${code === undefined ? "" : ` (${code})`}.`,
    "Calls are answered all the same, and their traces are lost. Check OTEL_EXPORTER_OTLP_ENDPOINT, to which /v1/traces is added, and OTEL_EXPORTER_OTLP_HEADERS.",
  );
}
