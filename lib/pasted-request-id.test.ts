import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { problemResponse } from "@/lib/http/problem";
import { newId } from "@/lib/ids";
import { pastedRequestId } from "@/lib/pasted-request-id";

const id = newId();

test("the request id of a refusal is found in all of what the caller was sent", async () => {
  const answer = problemResponse(new AppError("invalid_token", "No."), id);
  const body = await answer.text();
  expect(pastedRequestId(body)).toBe(id);
  expect(pastedRequestId(JSON.stringify(JSON.parse(body), null, 2))).toBe(id);
});

test.each([
  id,
  `  ${id}\n`,
  `requestId: ${id}`,
  `"requestId": "${id}"`,
  `X-Request-Id: ${id}`,
  `x-request-id: ${id}\r\ncache-control: no-store`,
  `{'request_id': '${id}'}`,
  `Quote request id: ${id} when you ask`,
])("%j", (pasted) => {
  expect(pastedRequestId(pasted)).toBe(id);
});

test.each(["", "Website", "my key", "a b c d e f g h"])("%j has none", (text) => {
  expect(pastedRequestId(text)).toBeNull();
});
