import { APICallError } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { modelFailure } from "@/lib/engines/model/failures";
import { TimeLimitError } from "@/lib/engines/time-limits";
import { isConnectionError, ProviderReason, withReason } from "@/lib/engines/upstream-errors";
import { AppError } from "@/lib/errors";

const credential = "own-credential-of-a-server";
const said = (words: string, statusCode = 400, responseHeaders = {}) =>
  new APICallError({
    message: words,
    url: "https://models.example/v1",
    requestBodyValues: {},
    statusCode,
    responseHeaders,
  });
const reason = (error: unknown) => (modelFailure(error, credential).cause as Error).message;

test("the operator's reason is the provider's own words, on one line and cut", () => {
  expect(reason(said("The model `x`\n does not exist."))).toBe("status 400: The model `x` does not exist.");
  expect(reason(said("x".repeat(5_000))).length).toBeLessThan(400);
});

test("the reason never repeats a credential", () => {
  expect(reason(said(`Bad header: Bearer ${credential}`))).toBe("status 400: Bad header: Bearer [credential]");
  expect(reason(said("Key sk-proj-abc***********wxyz is not allowed."))).toBe(
    "status 400: Key [credential] is not allowed.",
  );
  for (const status of [401, 403]) expect(reason(said("Incorrect key: abcdefgh", status))).toBe(`status ${status}`);
});

test("what integrators read holds nothing of it, and what operators read does", () => {
  const failure = modelFailure(said("The model `x` does not exist.", 404), credential);
  expect(failure.message).not.toContain("does not exist");
  expect((withReason(failure) as AppError).message).toBe(`${failure.message} (The model \`x\` does not exist.)`);
  const refused = modelFailure(said("", 401), credential);
  expect((withReason(refused) as AppError).message).toBe(`${refused.message} (status 401)`);
  const timeout = modelFailure(new TimeLimitError("answer", 30), credential);
  expect(withReason(timeout)).toBe(timeout);
});

test.each<[string, number | undefined]>([
  ["120", 120],
  ["0", undefined],
  ["soon", undefined],
  ["9999999", 86_400],
  [new Date(Date.now() + 600_000).toUTCString(), 600],
  [new Date(Date.now() - 600_000).toUTCString(), undefined],
])("Retry-After: %s is passed on as %s seconds", (value, seconds) => {
  const { code, retryAfterSeconds } = modelFailure(said("slow down", 429, { "retry-after": value }), credential);
  expect(code).toBe("upstream_busy");
  if (seconds === undefined) expect(retryAfterSeconds).toBeUndefined();
  // A date counts from the moment it is read.
  else expect(Math.abs((retryAfterSeconds ?? 0) - seconds)).toBeLessThanOrEqual(30);
});

test("a status in the middle of a stream counts as one", () => {
  expect(modelFailure({ message: "Overloaded", statusCode: 529 }, credential).code).toBe("upstream_busy");
});

test("only a broken connection is one, however deep its code lies", () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  expect(isConnectionError(new TypeError("fetch failed", { cause: refused }))).toBe(true);
  expect(isConnectionError(said("no", 500))).toBe(false);
  expect(isConnectionError(new TimeLimitError("answer", 1))).toBe(false);
  expect(isConnectionError(new AppError("upstream_failed", "refused"))).toBe(false);
});

test("what went wrong in a way nobody foresaw is still the provider's failure", () => {
  let lists: unknown = [];
  for (let level = 0; level < 50_000; level++) lists = [lists];
  const odd = [{ type: "odd" }, { message: { toString: 1 } }, { code: { toString: 1 } }, { message: lists }];
  for (const thrown of [new Error("?"), "?", null, undefined, ...odd]) {
    const failure = modelFailure(thrown, credential);
    expect(failure.code).toBe("upstream_failed");
    expect(failure.cause).toBeInstanceOf(ProviderReason);
  }
});
