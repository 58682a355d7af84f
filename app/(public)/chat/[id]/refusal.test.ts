import { expect, test } from "vitest";
import { refusalOf } from "./refusal";

const told = (status: number, message: string, headers?: HeadersInit) =>
  refusalOf(Response.json({ message }, { status, headers }), 1_000);

test("a visitor reads nothing of keys, models and servers, and what is wrong with the question as it is", async () => {
  for (const status of [401, 403, 404]) {
    expect(await told(status, "The API key…")).toMatchObject({ message: "This chat is not available any more." });
  }
  for (const status of [500, 502, 503, 504]) {
    expect((await told(status, "The model provider failed")).message).toMatch(/^No answer came/);
  }
  const tooLong = "question can have at most 32000 characters.";
  expect(await told(422, tooLong)).toEqual({ message: tooLong, retryAt: null });
});

test("beyond the limit it is worth asking again when Retry-After says", async () => {
  expect(await told(429, "", { "Retry-After": "56" })).toMatchObject({ retryAt: 57_000 });
  expect(await told(429, "")).toMatchObject({ retryAt: null });
});
