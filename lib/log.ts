import pino, { type Logger } from "pino";
import { env } from "@/lib/env";

let cached: Logger | undefined;

/** Structured log lines on stdout. Nothing that authenticates anybody is ever passed to it. */
export function log(): Logger {
  cached ??= pino({ level: env().FLOWLATCH_LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return cached;
}
