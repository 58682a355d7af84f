import type { ErrorCode } from "@/lib/errors";

/** What a caller is told of a failure; an AppError is one. */
export interface Problem {
  code: ErrorCode;
  status: number;
  /** A sentence for people. */
  message: string;
  field?: string | undefined;
  retryAfterSeconds?: number | undefined;
  /** Names of the limits that had no room for the call. */
  violatedLimits?: string[] | undefined;
}

/** The problem type of draft-ietf-httpapi-ratelimit-headers, with its member `violated-policies`. */
const quotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";

const titles: Partial<Record<ErrorCode, string>> = {
  database_unavailable: "Database unavailable",
  payload_too_large: "Body too large",
  unsupported_media_type: "Unsupported media type",
};

function titleOf(code: ErrorCode): string {
  const words = code.replaceAll("_", " ");
  return titles[code] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** RFC 6750 §3: a bare challenge without credentials, an error code with them. */
function challenge(code: ErrorCode): string | null {
  const realm = 'Bearer realm="flowlatch"';
  if (code === "unauthenticated") return realm;
  if (code === "invalid_token" || code === "insufficient_scope") return `${realm}, error="${code}"`;
  return null;
}

/** Headers that every API answer carries. */
export function apiHeaders(requestId: string): Record<string, string> {
  return { "X-Request-Id": requestId, "Cache-Control": "no-store" };
}

/**
 * Headers and body of an RFC 9457 answer. `message` repeats `detail` because Flowise clients read
 * it. A client that accepts an event stream only (the website widget shows the body of a refusal as
 * it is) gets the sentence as plain text. This file imports nothing: bin/serve.ts reads it as it is.
 */
export function problemParts(problem: Problem, requestId: string, accept: string) {
  const headers = apiHeaders(requestId);
  const authenticate = challenge(problem.code);
  if (authenticate) headers["WWW-Authenticate"] = authenticate;
  if (problem.retryAfterSeconds) headers["Retry-After"] = String(problem.retryAfterSeconds);
  if (accept.trim().toLowerCase() === "text/event-stream") {
    headers["Content-Type"] = "text/plain; charset=utf-8";
    return { headers, body: problem.message };
  }
  headers["Content-Type"] = "application/problem+json";
  const body = {
    type: problem.violatedLimits ? quotaExceeded : "about:blank",
    title: titleOf(problem.code),
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    message: problem.message,
    requestId,
    ...(problem.field && { field: problem.field }),
    ...(problem.violatedLimits && { "violated-policies": problem.violatedLimits }),
  };
  return { headers, body: JSON.stringify(body) };
}
