import { APICallError, JSONParseError, TypeValidationError } from "@ai-sdk/provider";
import { TimeLimitError, timeLimitFailure } from "@/lib/engines/time-limits";
import {
  BrokenAnswerError,
  isConnectionError,
  isConnectionTimeout,
  type ProviderReason,
  reasonOf,
  retryAfterOf,
} from "@/lib/engines/upstream-errors";
import { AppError } from "@/lib/errors";
import { UpstreamRedirect } from "@/lib/providers/upstream";

type Headers = Record<string, string> | undefined;

function failed(message: string, cause: ProviderReason): AppError {
  return new AppError("upstream_failed", message, { cause });
}

/** By the status a provider answered with instead of an answer. */
function statusFailure(status: number, headers: Headers, cause: ProviderReason): AppError {
  if (status === 401 || status === 403) {
    return failed(
      "The model provider refused the credential it was called with. The operator of this chatflow has to check the provider’s API key.",
      cause,
    );
  }
  // 529 is Anthropic's "overloaded".
  if (status === 429 || status === 529) {
    return new AppError("upstream_busy", "The model provider takes no more requests right now. Try again later.", {
      cause,
      ...retryAfterOf(headers?.["retry-after"]),
    });
  }
  if (status >= 500) {
    return failed(`The model provider failed to answer (its status was ${status}). Try again later.`, cause);
  }
  return failed(
    `The model provider refused the request (its status was ${status}). The operator of this chatflow has to check its model and settings.`,
    cause,
  );
}

/** The status of a refusal, whether it came as one or as an event in a stream that had begun with 200. */
function statusOf(error: unknown): number | undefined {
  const { statusCode } = Object(error) as { statusCode?: unknown };
  return typeof statusCode === "number" && statusCode >= 400 ? statusCode : undefined;
}

/**
 * Whatever a call to a provider ended with, as one sentence for integrators: without the provider's
 * own words, its address or its credential.
 */
export function modelFailure(error: unknown, credential: string | null): AppError {
  if (error instanceof TimeLimitError) return timeLimitFailure("model", error);
  if (error instanceof BrokenAnswerError) return new AppError("upstream_failed", error.message, { cause: error });
  const status = statusOf(error);
  const cause = reasonOf(error, status, credential);
  if (error instanceof UpstreamRedirect) {
    return failed(
      "The model provider answers with a redirect, which is not followed. The operator of this chatflow has to check the provider’s base URL, and whether it needs https://.",
      cause,
    );
  }
  if (error instanceof AppError) {
    return failed("The model provider’s address is one that this deployment does not call.", cause);
  }
  const call = APICallError.isInstance(error) ? error : null;
  if (status !== undefined) return statusFailure(status, call?.responseHeaders, cause);
  if (isConnectionTimeout(error)) {
    return new AppError("upstream_timeout", "The model provider took too long to answer.", { cause });
  }
  if (isConnectionError(error)) {
    // A connection that broke keeps the status its answer had begun with.
    return failed(
      call?.statusCode === undefined
        ? "The model provider could not be reached."
        : "The model provider’s answer broke off.",
      cause,
    );
  }
  if (JSONParseError.isInstance(error) || TypeValidationError.isInstance(error)) {
    return failed("The model provider’s answer could not be understood.", cause);
  }
  return failed("The model provider ended its answer with an error.", cause);
}
