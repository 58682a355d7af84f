import { z } from "zod";

/** Safe in the browser: the forms and the use cases check with the same schema. */
export const rateWindows = ["second", "minute", "hour", "day"] as const;
export const quotaPeriods = ["day", "month"] as const;
export type RateWindow = (typeof rateWindows)[number];
export type QuotaPeriod = (typeof quotaPeriods)[number];
/** Calls; so that a day's bucket, kept in whole units (see `count_call` in the migrations), is exact in a double. */
export const limitMax = 10_000_000;

const max = z
  .number({ error: "A limit is a number of calls." })
  .int("A limit is a whole number of calls.")
  .min(1, "A limit is at least 1 call. To stop all calls, disable the key.")
  .max(limitMax, `A limit is at most ${limitMax.toLocaleString("en")} calls.`);

export const limitSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("rate"), per: z.enum(rateWindows), max }),
  z.object({ kind: z.literal("quota"), per: z.enum(quotaPeriods), max }),
]);

/** `rate`: so many calls per window, evenly; `quota`: so many in a UTC day or month. */
export type Limit = z.infer<typeof limitSchema>;

/**
 * A key's limits, at most one of a kind and period: of two the lower one alone would count.
 * @public
 */
export const limitsSchema = z.array(limitSchema).superRefine((limits, issues) => {
  const seen = new Set<string>();
  for (const [index, limit] of limits.entries()) {
    const name = limitName(limit);
    if (seen.has(name)) {
      const what = limit.kind === "rate" ? "rate limit" : "quota";
      issues.addIssue({
        code: "custom",
        path: [index, "per"],
        message: `There is already a ${what} per ${limit.per}.`,
      });
    }
    seen.add(name);
  }
});

/** A limit and how much of it is left. */
export type LimitState = Limit & {
  /** Length of its window or, of a quota, of the present day or month, in milliseconds. */
  windowMs: number;
  /** Calls. */
  remaining: number;
  /** Milliseconds until all of it is there again. */
  resetMs: number;
  /** Milliseconds until there is room for one call; 0 when there is. */
  waitMs: number;
};

/** Unique among the limits of a key; in headers, and where levels are kept. */
export function limitName({ kind, per }: Limit): string {
  return kind === "rate" ? per : `${kind}-${per}`;
}

const seconds = (ms: number) => Math.ceil(ms / 1000);

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11): each limit by name
 * with its quota `q` and window `w`, and what remains `r` with the seconds `t` until all of it is
 * there again. None for a key without limits.
 */
export function rateLimitHeaders(limits: LimitState[]): Record<string, string> {
  if (limits.length === 0) return {};
  return {
    "RateLimit-Policy": limits
      .map((limit) => `"${limitName(limit)}";q=${limit.max};w=${seconds(limit.windowMs)}`)
      .join(", "),
    RateLimit: limits
      .map((limit) => `"${limitName(limit)}";r=${limit.remaining};t=${seconds(limit.resetMs)}`)
      .join(", "),
  };
}

/** The limit that keeps a call waiting longest. */
export function tightestOf(limits: LimitState[]): LimitState | undefined {
  return limits.reduce<LimitState | undefined>(
    (tightest, limit) => (limit.waitMs > (tightest?.waitMs ?? 0) ? limit : tightest),
    undefined,
  );
}

/** As people say it: "60 calls per minute", "10,000 calls in a month (UTC)". */
export function describeLimit({ kind, per, max }: Limit): string {
  const calls = max === 1 ? "1 call" : `${max.toLocaleString("en")} calls`;
  return kind === "rate" ? `${calls} per ${per}` : `${calls} in a ${per} (UTC)`;
}
