import { type Limit, type LimitState, limitName, type QuotaPeriod, type RateWindow } from "@/lib/api-keys/limits";

/**
 * How full a key's limits were, by name: a level and the millisecond it was taken at. A rate's level is
 * counted in units, of which a call is as many as the window has milliseconds; a quota's in calls, and
 * its millisecond is the start of its day or month. Written by `count_call` in the migrations or by
 * RedisCounters.
 */
export type Levels = Record<string, readonly [level: number, atMs: number]>;

/** Whether a call fitted into every limit of its key, when none else has counted it, and the levels after it. */
export interface Tally {
  admitted: boolean;
  levels: Levels;
}

/** Milliseconds. */
export const windowMs: Record<RateWindow, number> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** The UTC day or month that this is in, in milliseconds since 1970. */
export function quotaPeriodOf(per: QuotaPeriod, atMs: number): { startMs: number; endMs: number } {
  const at = new Date(atMs);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  if (per === "month") return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
  const day = at.getUTCDate();
  return { startMs: Date.UTC(year, month, day), endMs: Date.UTC(year, month, day + 1) };
}

/** What is left of each limit at this time, in the order of `limits`. */
export function limitStates(limits: Limit[], levels: Levels, now: Date): LimitState[] {
  return limits.map((limit) => {
    const stored = levels[limitName(limit)];
    return limit.kind === "rate"
      ? { ...limit, ...rateState(limit, stored, now.getTime()) }
      : { ...limit, ...quotaState(limit, stored, now.getTime()) };
  });
}

type Figures = Omit<LimitState, keyof Limit>;

function rateState(
  { per, max }: { per: RateWindow; max: number },
  stored: Levels[string] = [0, 0],
  nowMs: number,
): Figures {
  const cost = windowMs[per];
  const capacity = max * cost;
  const [storedLevel, storedAtMs] = stored;
  const atMs = Math.max(nowMs, storedAtMs);
  // After a window all of it is there again; a longer time would only make the number inexact.
  const drained = max * Math.min(atMs - storedAtMs, cost);
  const level = Math.max(0, Math.min(storedLevel, capacity) - drained);
  // By an instance whose clock is behind, whoever waits waits that much longer.
  const behindMs = atMs - nowMs;
  const missing = level + cost - capacity;
  return {
    windowMs: cost,
    remaining: Math.floor((capacity - level) / cost),
    resetMs: level === 0 ? 0 : behindMs + Math.ceil(level / max),
    waitMs: missing <= 0 ? 0 : behindMs + Math.ceil(missing / max),
  };
}

function quotaState(
  { per, max }: { per: QuotaPeriod; max: number },
  stored: Levels[string] = [0, 0],
  nowMs: number,
): Figures {
  const [storedLevel, storedAtMs] = stored;
  const { startMs, endMs } = quotaPeriodOf(per, Math.max(nowMs, storedAtMs));
  const used = storedAtMs === startMs ? storedLevel : 0;
  const resetMs = endMs - nowMs;
  return {
    windowMs: endMs - startMs,
    remaining: Math.max(0, max - used),
    resetMs,
    waitMs: used < max ? 0 : resetMs,
  };
}
