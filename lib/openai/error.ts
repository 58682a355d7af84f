import { RefusedCall } from "@/lib/api-keys/refusals";
import type { AppError, ErrorCode } from "@/lib/errors";
import { failureOf } from "@/lib/http/problem";
import { problemParts } from "@/lib/http/problem-parts";

/** OpenAI's own codes, by ours; where OpenAI has none, ours says more than null would. */
const codes: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "invalid_api_key",
  invalid_token: "invalid_api_key",
  limit_reached: "rate_limit_exceeded",
  too_many_attempts: "rate_limit_exceeded",
  not_found: "unknown_url",
  method_not_allowed: "method_not_supported",
  invalid_input: "invalid_value",
  internal: "server_error",
};

const aboutTheModel: ErrorCode[] = ["insufficient_scope", "chatflow_closed"];

const noSuchModel =
  "There is no such model. A model is a chatflow: its id, or its slug where the API key is of the same workspace. GET /api/openai/v1/models lists those that your key may call.";

/** An error as OpenAI's API words it ("Error codes" in its documentation). */
export interface OpenAiError {
  message: string;
  type: "invalid_request_error" | "requests" | "server_error";
  /** The request's field at fault, such as `messages[0].content`. */
  param: string | null;
  code: string;
}

export function toOpenAiError(failure: AppError): OpenAiError {
  const isUnknownModel = failure instanceof RefusedCall && failure.reason === "unknown_chatflow";
  if (isUnknownModel) {
    return { message: noSuchModel, type: "invalid_request_error", param: "model", code: "model_not_found" };
  }
  const type = failure.status >= 500 ? "server_error" : failure.status === 429 ? "requests" : "invalid_request_error";
  const param = aboutTheModel.includes(failure.code) ? "model" : paramOf(failure.field);
  const code = param === "previous_response_id" ? "previous_response_not_found" : codes[failure.code];
  return { message: failure.message, type, param, code: code ?? failure.code };
}

function paramOf(field: string | undefined): string | null {
  return field?.replace(/\.(\d+)/g, "[$1]") ?? null;
}

/** Clients wait at most this long for another try, and would rather ask again at once than later. */
const longestWaitSeconds = 60;

/**
 * Any thrown value as OpenAI's API answers it. What is wrong with a field is 400 there, and its clients
 * try a 429 again after a moment, whatever the wait: where that is long they are told not to.
 */
export function openAiErrorAnswer(error: unknown, requestId: string): Response {
  const failure = failureOf(error, requestId);
  const { headers } = problemParts(failure, requestId, "");
  headers["Content-Type"] = "application/json";
  if ((failure.retryAfterSeconds ?? 0) > longestWaitSeconds) headers["X-Should-Retry"] = "false";
  const status = failure.code === "invalid_input" ? 400 : failure.status;
  return new Response(JSON.stringify({ error: toOpenAiError(failure) }), { status, headers });
}
