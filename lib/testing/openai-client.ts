import OpenAI, { type APIError } from "openai";
import { expect } from "vitest";

/** OpenAI's package as it is on npm; only its base URL is ours. Without a key it sends no Authorization. */
export function openAiClient(url: string, apiKey: string | null, maxRetries = 0): OpenAI {
  const baseURL = `${url}/api/openai/v1`;
  return apiKey === null
    ? new OpenAI({ baseURL, apiKey: "none", maxRetries, defaultHeaders: { Authorization: null } })
    : new OpenAI({ baseURL, apiKey, maxRetries });
}

/** What the package tells its user of a failure. */
export async function openAiRefusal(call: PromiseLike<unknown>) {
  const error = (await Promise.resolve(call).then(
    () => expect.unreachable("it was answered"),
    (thrown: APIError) => thrown,
  )) as APIError;
  const { status, code, type, param, message, requestID, headers } = error;
  return { name: error.constructor.name, status, code, type, param, message, requestID, headers };
}

export const user = (content: string) => ({ role: "user" as const, content });
