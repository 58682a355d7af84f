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
import { isUntrustedCertificate } from "@/lib/providers/upstream-failure";

/** What Flowise said in place of an answer; its message is Flowise's own. */
export class FlowError extends Error {
  override readonly name = "FlowError";
  readonly status: number;
  readonly retryAfter: string | null;

  /** @param status 200 where it came in the middle of a stream */
  constructor(status: number, words: string, retryAfter: string | null = null) {
    super(words);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

function failed(message: string, cause: ProviderReason): AppError {
  return new AppError("upstream_failed", message, { cause });
}

/**
 * Flowise answers a key that does not open the flow with 500, or with 200 and an `error` event. It says
 * that and no more: what a model inside the flow was refused with is longer.
 */
function refusesKey({ status, message }: FlowError): boolean {
  return status === 401 || status === 403 || (/^(.* - )?Unauthorized$/.test(message) && [200, 500].includes(status));
}

function refusal(error: FlowError, cause: ProviderReason): AppError {
  const { status, retryAfter } = error;
  if (refusesKey(error)) {
    return failed(
      "The Flowise server refused the API key it was called with. The operator of this chatflow has to check which key the flow asks for in Flowise.",
      cause,
    );
  }
  if (status === 404) {
    return failed("The Flowise server has no such flow. The operator of this chatflow has to choose another.", cause);
  }
  if (status === 429) {
    return new AppError("upstream_busy", "The Flowise server takes no more requests right now. Try again later.", {
      cause,
      ...retryAfterOf(retryAfter),
    });
  }
  if (status === 200) return failed("The flow ended its answer with an error.", cause);
  if (status >= 500) {
    return failed(`The Flowise server failed to answer (its status was ${status}). Try again later.`, cause);
  }
  return failed(
    `The Flowise server refused the request (its status was ${status}). The operator of this chatflow has to check its settings.`,
    cause,
  );
}

/** What failed between here and there. */
function connectionFailure(error: unknown, cause: ProviderReason): AppError {
  if (error instanceof UpstreamRedirect) {
    return failed(
      "The Flowise server answers with a redirect, which is not followed. The operator of this chatflow has to correct its address.",
      cause,
    );
  }
  if (error instanceof AppError) {
    return failed("The Flowise server’s address is one that this deployment does not call.", cause);
  }
  if (isConnectionTimeout(error)) {
    return new AppError("upstream_timeout", "The Flowise server took too long to answer.", { cause });
  }
  if (isUntrustedCertificate(error)) return failed("The Flowise server’s certificate is not trusted.", cause);
  if (isConnectionError(error)) return failed("The Flowise server could not be reached.", cause);
  return failed("The call to the Flowise server failed.", cause);
}

/**
 * Whatever a call to a flow ended with, as one sentence for integrators: without Flowise's own words,
 * its address or its key.
 */
export function flowiseFailure(error: unknown, credential: string | null): AppError {
  if (error instanceof TimeLimitError) return timeLimitFailure("flow", error);
  if (error instanceof BrokenAnswerError) return new AppError("upstream_failed", error.message, { cause: error });
  if (!(error instanceof FlowError)) return connectionFailure(error, reasonOf(error, undefined, credential));
  return refusal(error, reasonOf(error, error.status === 200 ? undefined : error.status, credential));
}
