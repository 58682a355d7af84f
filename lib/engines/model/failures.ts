import { APICallError, JSONParseError, TypeValidationError } from "@ai-sdk/provider";
import { TimeLimitError } from "@/lib/engines/model/time-limits";
import { AppError } from "@/lib/errors";

/** An answer that ended without a word, or in the middle of one. */
export class BrokenAnswerError extends Error {
  override readonly name = "BrokenAnswerError";
}

/**
 * What the operator may know of a failed call, as the `cause` of what the integrator is told: the
 * provider's own words, cut, without the credential.
 */
export class ProviderReason extends Error {
  override readonly name = "ProviderReason";
}

const reasonMaxLength = 300;
/** Beginnings of the credentials that vendors issue, should one answer with a part of it. */
const credentialLike = /\b(?:sk|pk|rk|AIza|AQ\.)[-_A-Za-z0-9.*]{6,}/g;

const connectionCodes = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);
const timeoutCodes = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** An error and what it was caused by, outermost first. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = error; next instanceof Error && chain.length < 8; next = next.cause) chain.push(next);
  return chain.length > 0 ? chain : [error];
}

function hasCode(error: unknown, codes: Set<string>): boolean {
  return chainOf(error).some((link) => codes.has(String(Object(link).code)));
}

/** Whether a call failed because no connection came about or the connection broke. */
export function isConnectionError(error: unknown): boolean {
  return hasCode(error, connectionCodes);
}

/** The provider's words, for the log. Of a refused credential nothing is repeated: vendors quote it. */
function reasonOf(error: unknown, status: number | undefined, credential: string | null): ProviderReason {
  const words = status === 401 || status === 403 ? "" : wordsOf(error);
  const clean = (credential ? words.replaceAll(credential, "[credential]") : words)
    .replace(credentialLike, "[credential]")
    .replace(/\s+/g, " ");
  const text = [status && `status ${status}`, clean.slice(0, reasonMaxLength)].filter(Boolean).join(": ");
  return new ProviderReason(text.toWellFormed());
}

/** The messages of an error and its causes, each once: outer ones often repeat inner ones. */
function wordsOf(error: unknown): string {
  return chainOf(error)
    .map(messageOf)
    .reduce((said, message) => (said.includes(message) ? said : [said, message].filter(Boolean).join(": ")), "");
}

function messageOf(error: unknown): string {
  if (typeof error === "string") return error;
  const { message, code, name } = Object(error) as { message?: unknown; code?: unknown; name?: unknown };
  return String(message || code || name || "") || (JSON.stringify(error) ?? "");
}

type Headers = Record<string, string> | undefined;

/** `Retry-After` (RFC 9110 §10.2.3) in seconds from now: a number or a date. */
function retryAfterOf(headers: Headers, now: number): { retryAfterSeconds?: number } {
  const value = headers?.["retry-after"]?.trim();
  if (!value) return {};
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000);
  return seconds > 0 ? { retryAfterSeconds: Math.min(seconds, 86_400) } : {};
}

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
      ...retryAfterOf(headers, Date.now()),
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

function timeoutFailure(cause: TimeLimitError): AppError {
  const { limit, seconds } = cause;
  const time = seconds === 1 ? "1 second" : `${seconds} seconds`;
  const missed = limit === "answer" ? "finish its answer" : "begin to answer";
  return new AppError("upstream_timeout", `The model did not ${missed} within ${time}.`, { cause });
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
  if (error instanceof TimeLimitError) return timeoutFailure(error);
  if (error instanceof BrokenAnswerError) return new AppError("upstream_failed", error.message, { cause: error });
  const status = statusOf(error);
  const cause = reasonOf(error, status, credential);
  if (error instanceof AppError) {
    return failed("The model provider’s address is one that this deployment does not call.", cause);
  }
  const call = APICallError.isInstance(error) ? error : null;
  if (status !== undefined) return statusFailure(status, call?.responseHeaders, cause);
  if (hasCode(error, timeoutCodes)) {
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

/** The same failure for those who run the chatflow: they may read what the provider said. */
export function withReason(error: unknown): unknown {
  if (!(error instanceof AppError) || !(error.cause instanceof ProviderReason)) return error;
  const { code, message, retryAfterSeconds, cause } = error;
  // Told once is enough.
  const reason = message.includes("its status was") ? cause.message.replace(/^status \d+(: )?/, "") : cause.message;
  if (reason === "") return error;
  return new AppError(code, `${message} (${reason})`, { cause, ...(retryAfterSeconds && { retryAfterSeconds }) });
}
