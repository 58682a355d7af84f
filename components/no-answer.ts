import { unstable_isUnrecognizedActionError as isUnknownAction } from "next/navigation";

/** What to say when no answer came: nobody here can know whether the work was done. */
export const unreachable =
  "Flowlatch could not be reached. Nothing is known to have changed: load the page again to see.";

/** A new build names its server actions anew: it knows none of a page that was loaded before, now or later. */
export const updated = "Flowlatch was updated meanwhile. Copy what you typed, then load the page again.";

/**
 * Stands in for the answer of a server action that gave none: `await action().catch(noAnswer())`.
 * @param message what to say when Flowlatch could not be reached
 */
export function noAnswer(message = unreachable) {
  return (error: unknown) => ({
    ok: false as const,
    error: isUnknownAction(error) ? { code: "updated", message: updated } : { code: "unreachable", message },
  });
}

/**
 * How a toast tells a failure: that something was not done is said only where an answer said so.
 * @param title what it means, where there was an answer
 */
export function sayFailure(title: string, { code, message }: { code?: string; message: string }) {
  return { title: code === "unreachable" ? "No answer came" : title, message };
}
