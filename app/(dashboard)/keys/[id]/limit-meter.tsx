import { describeLimit, type LimitState } from "@/lib/api-keys/limits";
import classes from "./key.module.css";

const units = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
  { unit: "second", ms: 1000 },
] as const;

/** "in 3 days", rounded up: it is never earlier than it says. */
function sayWait(ms: number): string {
  const step = units.find((candidate) => ms >= candidate.ms) ?? units[3];
  return new Intl.RelativeTimeFormat("en").format(Math.ceil(ms / step.ms), step.unit);
}

/** What is left of a limit, as a figure and as a bar. */
export function LimitMeter({ state }: { state: LimitState }) {
  const { max, remaining, resetMs } = state;
  const left = `${remaining.toLocaleString("en")} of ${max.toLocaleString("en")} left`;
  return (
    <li className={classes.meter}>
      <span className={classes.meterHead}>
        <span>{describeLimit(state)}</span>
        <span className={classes.figures}>
          {left}
          {remaining < max && `, all again ${sayWait(resetMs)}`}
        </span>
      </span>
      <meter
        className={classes.bar}
        min={0}
        max={max}
        value={remaining}
        aria-label={`${describeLimit(state)}: ${left}`}
      />
    </li>
  );
}
