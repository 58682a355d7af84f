import type { Command } from "commander";
import { type Limit, quotaPeriods, rateWindows } from "@/lib/api-keys/limits";
import { timeSchema } from "@/lib/api-keys/times";
import { StopError } from "../stop-error.ts";

const msByUnit = { h: 3_600_000, d: 86_400_000 } as const;

/**
 * A time as it is given on the command line: so many hours or days from now, a date, a time with its zone.
 * @param none the word that stands for no time at all: "never", "now"
 * @returns null for that word
 * @throws StopError
 */
export function givenTime(given: string, none: string, now: Date): Date | null {
  if (given === none) return null;
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(given) ?? [];
  if (unit) return new Date(now.getTime() + Number(count) * msByUnit[unit as "h" | "d"]);
  const time = timeSchema.safeParse(given);
  if (time.success) return time.data;
  throw new StopError(
    `“${given}” is not a time. Give ${none}, hours or days from now (12h, 30d), a date (2027-01-31, from 00:00 UTC) or a time with its zone (2027-01-31T18:00Z).`,
  );
}

/** For an option that may be given several times. */
export function collect(value: string, values: string[]): string[] {
  return [...values, value];
}

export interface LimitOptions {
  limit: string[];
  quota: string[];
}

/** Calls, and the time they are counted in; whether the number may stand there is the use case's to say. */
const limitSyntax = /^(-?\d{1,15}(?:\.\d+)?)\/(\w+)$/;

function givenLimit<Per extends string>(given: string, periods: readonly Per[], what: string) {
  const [, max, unit] = limitSyntax.exec(given) ?? [];
  const per = periods.find((period) => period === unit);
  if (per !== undefined) return { per, max: Number(max) };
  const choices = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(periods);
  throw new StopError(`“${given}” is not a ${what}. Give calls per ${choices}, such as 60/${periods.at(1)}.`);
}

/** The options that say how many calls a key may make, each as often as needed. */
export function withLimitOptions(command: Command): Command {
  return command
    .option(
      "--limit <calls/window>",
      "calls per second, minute, hour or day, such as 60/minute; repeatable",
      collect,
      [],
    )
    .option("--quota <calls/period>", "calls in a day or month (UTC), such as 10000/month; repeatable", collect, []);
}

/** `--limit 60/minute --quota 10000/month` */
export function givenLimits({ limit, quota }: LimitOptions): Limit[] {
  return [
    ...limit.map((given): Limit => ({ kind: "rate", ...givenLimit(given, rateWindows, "rate limit") })),
    ...quota.map((given): Limit => ({ kind: "quota", ...givenLimit(given, quotaPeriods, "quota") })),
  ];
}
