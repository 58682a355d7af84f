import type { ErrorCode } from "@/lib/errors";

/** What an engine or Flowlatch itself may fail by once a call was let in. */
const failures: Partial<Record<ErrorCode, string>> = {
  invalid_input: "the call could not be used",
  not_found: "something it needs was deleted",
  upstream_failed: "the provider failed",
  upstream_busy: "the provider was busy",
  upstream_timeout: "the provider took too long",
  database_unavailable: "the database was away",
  internal: "something went wrong in Flowlatch",
};

/** How a call ended that was let in, such as `Failed: the provider took too long`. */
export function sayOutcome(status: "ok" | "error" | "aborted", errorCode: string | null): string {
  if (status === "ok") return "Answered";
  if (status === "aborted") return "Caller hung up";
  const failure = failures[errorCode as ErrorCode];
  return failure ? `Failed: ${failure}` : "Failed";
}
