import { AppError } from "@/lib/errors";

/** Time an upstream is given, from the call to it. */
export interface Limits {
  firstTokenTimeoutSeconds: number;
  answerTimeoutSeconds: number;
}

/** The end of a call that took too long. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";

  readonly limit: "first token" | "answer";
  readonly seconds: number;

  constructor(limit: "first token" | "answer", seconds: number) {
    super(`the ${limit} took longer than ${seconds} s`);
    this.limit = limit;
    this.seconds = seconds;
  }
}

/** The same in a sentence for integrators, about the model or the flow that was too slow. */
export function timeLimitFailure(noun: "model" | "flow", cause: TimeLimitError): AppError {
  const { limit, seconds } = cause;
  const time = seconds === 1 ? "1 second" : `${seconds} seconds`;
  const missed = limit === "answer" ? "finish its answer" : "begin to answer";
  return new AppError("upstream_timeout", `The ${noun} did not ${missed} within ${time}.`, { cause });
}

/** One call's clock: aborts `signal` when a limit is reached or the caller hangs up. */
export interface CallClock {
  signal: AbortSignal;
  /** Ends the wait for the first token. */
  firstTokenCame(): void;
  /** To be called when the call is over, however it ended: it gives up what still runs. */
  stop(): void;
}

/** Made once: an error of its own for each call would cost it a stack trace. */
const over = new DOMException("The call is over.", "AbortError");

export function startClock(caller: AbortSignal, limits: Limits): CallClock {
  const controller = new AbortController();
  const expire = (limit: TimeLimitError["limit"], seconds: number) =>
    setTimeout(() => controller.abort(new TimeLimitError(limit, seconds)), seconds * 1000);
  const firstToken = expire("first token", limits.firstTokenTimeoutSeconds);
  const answer = expire("answer", limits.answerTimeoutSeconds);
  const hangUp = () => controller.abort(caller.reason);
  caller.addEventListener("abort", hangUp, { once: true });
  if (caller.aborted) hangUp();
  return {
    signal: controller.signal,
    firstTokenCame: () => clearTimeout(firstToken),
    stop: () => {
      clearTimeout(firstToken);
      clearTimeout(answer);
      caller.removeEventListener("abort", hangUp);
      controller.abort(over);
    },
  };
}
