import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { problemResponse } from "@/lib/http/problem";

test("a refusal is problem+json with every member RFC 9457 and Flowise's clients read", async () => {
  const response = problemResponse(
    new AppError("invalid_input", "question is required.", { field: "question" }),
    "r-1",
  );
  expect(response.status).toBe(422);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-request-id": "r-1",
  });
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: "Invalid input",
    status: 422,
    detail: "question is required.",
    code: "invalid_input",
    message: "question is required.",
    requestId: "r-1",
    field: "question",
  });
});

test.each([
  ["unauthenticated", 'Bearer realm="flowlatch"'],
  ["invalid_token", 'Bearer realm="flowlatch", error="invalid_token"'],
  ["insufficient_scope", 'Bearer realm="flowlatch", error="insufficient_scope"'],
  ["chatflow_closed", null],
  ["not_found", null],
] as const)("%s has the challenge %s", (code, challenge) => {
  expect(problemResponse(new AppError(code, "No."), "r-1").headers.get("www-authenticate")).toBe(challenge);
});

test("the message of an unknown error stays on the server", async () => {
  const response = problemResponse(new Error("SELECT digest FROM api_key_secret"), "r-1");
  expect(response.status).toBe(500);
  expect(await response.text()).not.toMatch(/SELECT|digest|stack/);
});

test("a database that is away is 503 with a time to retry", () => {
  const response = problemResponse(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "r-1");
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
});

test("a client that accepts an event stream only gets the sentence as text", async () => {
  const response = problemResponse(new AppError("not_found", "There is no chatflow."), "r-1", "text/event-stream");
  expect(response.headers.get("content-type")).toContain("text/plain");
  expect(await response.text()).toBe("There is no chatflow.");
});
