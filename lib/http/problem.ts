import { toAppError } from "@/lib/errors";
import { problemParts } from "@/lib/http/problem-parts";
import { log } from "@/lib/log";

export { apiHeaders } from "@/lib/http/problem-parts";

/** Any thrown value as an RFC 9457 answer; see `problemParts`. */
export function problemResponse(error: unknown, requestId: string, accept = ""): Response {
  const problem = toAppError(error);
  if (problem.code === "internal") log().error({ requestId, err: problem.cause ?? problem }, "request failed");
  if (problem.code === "database_unavailable") log().warn({ requestId }, "database unavailable");
  const { headers, body } = problemParts(problem, requestId, accept);
  return new Response(body, { status: problem.status, headers });
}
