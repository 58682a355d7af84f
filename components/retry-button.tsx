"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import classes from "./retry-button.module.css";

/**
 * Tries once more to load what failed. Plain, because every link in sight fetches the failure page of
 * what it leads to ahead: with the library's button each would weigh 4 kB more.
 */
export function RetryButton({ reset }: { reset: () => void }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <button type="button" className={classes.button} onClick={retry} aria-busy={isPending}>
      Try again
    </button>
  );
}
