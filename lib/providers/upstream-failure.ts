import "server-only";
import { AppError } from "@/lib/errors";

const untrusted = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Whether a call failed because the server's certificate is not one to trust. */
export function isUntrustedCertificate(error: unknown): boolean {
  return untrusted.has(codeOf(error));
}

const badPort = "bad port";

/** The system's code for what went wrong, from inside fetch's own wrapping. */
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== "object" || error === null || depth > 4) return "";
  const { code, name, cause, errors } = error as {
    code?: unknown;
    name?: unknown;
    cause?: unknown;
    errors?: unknown[];
  };
  if (typeof code === "string") return code;
  // Of the fetch standard: ports of other protocols, which it never calls.
  if ((error as { message?: unknown }).message === badPort) return badPort;
  // undici's, which has a code for some of what cannot be parsed and none for the rest.
  if (name === "HTTPParserError") return name;
  return codeOf(cause ?? errors?.[0], depth + 1);
}

function sentenceFor(code: string, { host, hostname, port, protocol }: URL): string {
  if (code === badPort)
    return `Port ${port} belongs to another protocol and is never called. Serve the models at another port.`;
  if (code === "ENOTFOUND") return `There is no host named ${hostname}. Check the base URL.`;
  if (code === "EAI_AGAIN") return `${hostname} could not be looked up: the name server does not answer.`;
  if (code === "ECONNREFUSED")
    return `Nothing answers at ${host}. Is the server running, and reachable from where Flowlatch runs?`;
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH")
    return `There is no way from here to ${host}. Check the base URL and the network.`;
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT")
    return `No connection to ${host} came about in time. Check the base URL.`;
  if (untrusted.has(code)) return `The certificate of ${host} is not trusted (${code}).`;
  if (code === "EPROTO" || code.startsWith("ERR_SSL"))
    return `${host} does not speak https. Try http:// if that is meant.`;
  if (code.startsWith("HPE_") || code === "HTTPParserError")
    return `${host} does not answer as a web server does. Check the port, and whether it needs https://.`;
  const hint = protocol === "http:" ? " Check the port, and whether it needs https://." : " Check the base URL.";
  return `The connection to ${host} broke before there was an answer${code && ` (${code})`}.${hint}`;
}

/**
 * A failed call to a provider, before there was an answer, as one sentence about its address.
 * @param limitMs how long the caller waited, for when that is what failed
 */
export function upstreamFailure(error: unknown, address: URL, limitMs: number): AppError {
  if (error instanceof AppError) return error;
  const details = { field: "baseUrl", cause: error };
  if (error instanceof Error && error.name === "TimeoutError") {
    const seconds = Math.round(limitMs / 1_000);
    return new AppError("upstream_timeout", `${address.host} did not answer within ${seconds} seconds.`, details);
  }
  return new AppError("upstream_failed", sentenceFor(codeOf(error), address), details);
}
