const steps = [
  { unit: "minute", ms: 60_000, limit: 60 },
  { unit: "hour", ms: 3_600_000, limit: 24 },
  { unit: "day", ms: 86_400_000, limit: 30 },
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium", timeZone: "UTC" });

/** "just now", "5 minutes ago", "yesterday"; from 30 days on the date. */
export function relativeTime(date: Date, now: Date): string {
  const elapsedMs = now.getTime() - date.getTime();
  if (elapsedMs < 60_000) return "just now";
  for (const { unit, ms, limit } of steps) {
    const count = Math.floor(elapsedMs / ms);
    if (count < limit) return relative.format(-count, unit);
  }
  return day.format(date);
}

/** "in 5 minutes", "tomorrow", "in 3 days"; from 30 days on the date. Beyond the nearest minute rounded down. */
export function timeUntil(date: Date, now: Date): string {
  const remainingMs = Math.round((date.getTime() - now.getTime()) / 60_000) * 60_000;
  if (remainingMs < 60_000) return "in less than a minute";
  for (const { unit, ms, limit } of steps) {
    const count = Math.floor(remainingMs / ms);
    if (count < limit) return relative.format(count, unit);
  }
  return `on ${day.format(date)}`;
}

/**
 * How long ago, with the exact time on hover. `now` is given, so that a server component renders it
 * once and no browser clock or time zone can disagree with it.
 */
export function RelativeTime({ date, now }: { date: Date; now: Date }) {
  return (
    <time dateTime={date.toISOString()} title={`${exact.format(date)} UTC`}>
      {relativeTime(date, now)}
    </time>
  );
}

/** How long until, likewise. */
export function TimeUntil({ date, now }: { date: Date; now: Date }) {
  return (
    <time dateTime={date.toISOString()} title={`${exact.format(date)} UTC`}>
      {timeUntil(date, now)}
    </time>
  );
}
