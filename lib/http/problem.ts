import { type AppError, toAppError } from "@/lib/errors";
import { problemParts } from "@/lib/http/problem-parts";
import { log } from "@/lib/log";
import { countErrorAnswer } from "@/lib/metrics/metrics";

export { apiHeaders } from "@/lib/http/problem-parts";

/** Any thrown value as what a caller may be told of it; what they may not be told is logged. */
export function failureOf(error: unknown, requestId: string): AppError {
  const failure = toAppError(error);
  if (failure.code === "internal") log().error({ requestId, err: failure.cause ?? failure }, "request failed");
  if (failure.code === "database_unavailable") log().warn({ requestId }, "database unavailable");
  return failure;
}

/** The same for a failure in the middle of a stream, which no status tells of: counted as an error answer is. */
export function failureInStream(error: unknown, requestId: string): AppError {
  const failure = failureOf(error, requestId);
  countErrorAnswer(failure.code);
  return failure;
}

/** Any thrown value as an RFC 9457 answer; see `problemParts`. */
export function problemResponse(error: unknown, requestId: string, accept = ""): Response {
  const problem = failureOf(error, requestId);
  const { headers, body } = problemParts(problem, requestId, accept);
  return new Response(body, { status: problem.status, headers });
}
