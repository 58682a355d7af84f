import { failureOf } from "@/lib/http/problem";
import { problemParts } from "@/lib/http/problem-parts";

/** JSON-RPC 2.0 §5.1: the first of the codes that are left to servers. */
const refused = -32_000;

/**
 * Any thrown value as an MCP client reads it: the HTTP status says what it is, and the body, a JSON-RPC
 * error without a request's id, says it in words.
 */
export function mcpErrorAnswer(error: unknown, requestId: string): Response {
  const failure = failureOf(error, requestId);
  const { headers } = problemParts(failure, requestId, "");
  headers["Content-Type"] = "application/json";
  // Clients take a 403 with a challenge for a step of OAuth, which ours is not, and tell nothing of the body.
  if (failure.status === 403) delete headers["WWW-Authenticate"];
  const data = { code: failure.code, requestId };
  const body = { jsonrpc: "2.0", id: null, error: { code: refused, message: failure.message, data } };
  return new Response(JSON.stringify(body), { status: failure.status, headers });
}
