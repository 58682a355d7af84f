import { AppError } from "@/lib/errors";

/** What engines that answer from elsewhere tell of what failed there. */

/** An answer that ended without a word, in the middle of one, or in no form that can be read. */
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
  return chainOf(error).some((link) => codes.has(Object(link).code));
}

/** Whether a call failed because no connection came about or the connection broke. */
export function isConnectionError(error: unknown): boolean {
  return hasCode(error, connectionCodes);
}

/** Whether the connection itself was given up, before any limit of the chatflow's. */
export function isConnectionTimeout(error: unknown): boolean {
  return hasCode(error, timeoutCodes);
}

/** The provider's words, for the log. Of a refused credential nothing is repeated: vendors quote it. */
export function reasonOf(error: unknown, status: number | undefined, credential: string | null): ProviderReason {
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
  const said = [message, code, name].find((one) => typeof one === "number" || (typeof one === "string" && one !== ""));
  return said === undefined ? jsonOf(error) : String(said);
}

/** A value may be nested deeper than can be written. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

/** `Retry-After` (RFC 9110 §10.2.3) in seconds from now: a number or a date. */
export function retryAfterOf(header: string | null | undefined, now = Date.now()): { retryAfterSeconds?: number } {
  const value = header?.trim();
  if (!value) return {};
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000);
  return seconds > 0 ? { retryAfterSeconds: Math.min(seconds, 86_400) } : {};
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
