import { useRef, useState, useTransition } from "react";
import type { ActionResult } from "@/lib/auth/action";
import { noAnswer } from "./no-answer";

/** A failure to tell: `field` when it belongs beside one. */
export interface Failure {
  message: string;
  field?: string;
  /** Absent when nothing was sent. */
  code?: string;
}

/**
 * Runs a server action from a dialog: once at a time, with its failure kept for showing. What was
 * typed stays with the caller.
 * @param unreachable what to say when no answer came; it cannot be known whether the work was done
 * @param onFailure for where there is no place to show the failure in
 */
export function useSubmit<Data>(
  unreachable: string,
  onSuccess: (data: Data) => void,
  onFailure?: (failure: Failure) => void,
) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isPending, startTransition] = useTransition();
  // A second click may come before the pending state has been drawn.
  const isBusy = useRef(false);

  function submit(action: () => Promise<ActionResult<Data>>) {
    if (isBusy.current) return;
    isBusy.current = true;
    setFailure(null);
    startTransition(async () => {
      const result = await action().catch(noAnswer(unreachable));
      isBusy.current = false;
      if (result.ok) return onSuccess(result.data);
      setFailure(result.error);
      onFailure?.(result.error);
    });
  }

  return { submit, failure, setFailure, isPending };
}
