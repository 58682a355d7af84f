/** Next runs this once in each server process, wherever it is deployed. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: Next replaces it while building, so that no other runtime gets a database.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { env, isServerless } = await import("@/lib/env");
  // Without a collector not a line of OpenTelemetry is loaded.
  if (env().OTEL_EXPORTER_OTLP_ENDPOINT) (await import("@/lib/tracing/start")).startTracing();
  if (isServerless()) {
    const { liveInFunction } = await import("@/lib/function-life");
    liveInFunction();
  } else {
    const { runLater } = await import("@/lib/later");
    const { scheduleMaintenance } = await import("@/lib/maintenance/schedule");
    runLater((run) => void setTimeout(run, 1_000).unref());
    scheduleMaintenance();
    // For bin/ahead.ts, where this is our own server.
    const { POST } = await import("@/app/api/v1/prediction/[chatflowId]/route");
    Object.assign(globalThis, { flowlatchPrediction: POST });
  }
}
