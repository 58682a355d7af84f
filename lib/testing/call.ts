import { POST } from "@/app/api/v1/prediction/[chatflowId]/route";

export interface TestCall {
  token?: string;
  /** The whole Authorization header, where it is not just a bearer token. */
  authorization?: string;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is a string. */
  body?: unknown;
  /** With its question mark. */
  query?: string;
  signal?: AbortSignal;
}

/** Answered by the handbook's opening hours. */
export const openingQuestion = "When does the workshop open?";
/** Answered by them only where a session knows that they were asked for. */
export const openingFollowUp = "And when does it close on holidays?";

/** Calls the prediction route's own handler, as Next would. */
export async function predict(chatflowId: string, call: TestCall = {}): Promise<Response> {
  const { token, authorization = token && `Bearer ${token}`, body = { question: openingQuestion }, query = "" } = call;
  const request = new Request(`http://localhost/api/v1/prediction/${chatflowId}${query}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(authorization !== undefined && { Authorization: authorization }),
      ...call.headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal: call.signal ?? null,
  });
  return await POST(request, { params: Promise.resolve({ chatflowId }) });
}

/** Everything of an answer but its request id, for comparing answers that must not differ. */
export async function comparable(response: Response) {
  const requestId = response.headers.get("x-request-id") ?? "missing";
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
  return { status: response.status, headers, body: (await response.text()).replaceAll(requestId, "<request id>") };
}
