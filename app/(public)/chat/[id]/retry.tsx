import { useEffect, useState } from "react";
import classes from "./chat.module.css";

const secondsUntil = (time: number | null) => Math.max(0, Math.ceil(((time ?? 0) - Date.now()) / 1000));

/** Asks again; while that would only be refused once more, it counts down. */
export function Retry({ retryAt, onRetry }: { retryAt: number | null; onRetry: () => void }) {
  const [seconds, setSeconds] = useState(() => secondsUntil(retryAt));
  const isWaiting = seconds > 0;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => setSeconds(secondsUntil(retryAt)), 1000);
    return () => clearInterval(timer);
  }, [isWaiting, retryAt]);
  return (
    <button type="button" className={`${classes.button} ${classes.retry}`} disabled={isWaiting} onClick={onRetry}>
      Try again
      {/* Not read out: it changes every second. */}
      {isWaiting && <span aria-hidden="true"> in {seconds} s</span>}
    </button>
  );
}
