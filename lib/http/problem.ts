import { type AppError, toAppError } from "@/lib/errors";
import { log } from "@/lib/log";

const titles: Partial<Record<AppError["code"], string>> = {
  database_unavailable: "Database unavailable",
  payload_too_large: "Body too large",
  unsupported_media_type: "Unsupported media type",
};

function titleOf(code: AppError["code"]): string {
  const words = code.replaceAll("_", " ");
  return titles[code] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** RFC 6750 §3: a bare challenge without credentials, an error code with them. */
function challenge(code: AppError["code"]): string | null {
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
 * Any thrown value as an RFC 9457 answer. `message` repeats `detail` because Flowise clients read
 * it. A client that accepts an event stream only (the website widget shows the body of a refusal as
 * it is) gets the sentence as plain text.
 */
export function problemResponse(error: unknown, requestId: string, accept = ""): Response {
  const problem = toAppError(error);
  if (problem.code === "internal") log().error({ requestId, err: problem.cause ?? problem }, "request failed");
  if (problem.code === "database_unavailable") log().warn({ requestId }, "database unavailable");
  const headers = new Headers(apiHeaders(requestId));
  const authenticate = challenge(problem.code);
  if (authenticate) headers.set("WWW-Authenticate", authenticate);
  if (problem.retryAfterSeconds) headers.set("Retry-After", String(problem.retryAfterSeconds));
  if (accept.trim().toLowerCase() === "text/event-stream") {
    headers.set("Content-Type", "text/plain; charset=utf-8");
    return new Response(problem.message, { status: problem.status, headers });
  }
  headers.set("Content-Type", "application/problem+json");
  const body = {
    type: "about:blank",
    title: titleOf(problem.code),
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    message: problem.message,
    requestId,
    ...(problem.field && { field: problem.field }),
  };
  return new Response(JSON.stringify(body), { status: problem.status, headers });
}
