import pino, { type Logger } from "pino";
import { env } from "@/lib/env";
import { traceIdOf } from "@/lib/tracing/trace";

let cached: Logger | undefined;

/** Where Postgres repeats the row that it refused, digest and all (its "Error and Notice Message Fields"). */
const rowsInErrors = ["err.detail", "err.where", "err.internalQuery"];

/** Structured log lines on stdout. Nothing that authenticates anybody is ever passed to it. */
export function log(): Logger {
  cached ??= pino({
    level: env().FLOWLATCH_LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin(line) {
      const traceId = traceIdOf((line as { requestId?: unknown }).requestId);
      return traceId === undefined ? {} : { traceId };
    },
    redact: { paths: rowsInErrors, remove: true },
  });
  return cached;
}
