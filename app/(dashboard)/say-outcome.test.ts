import { expect, test } from "vitest";
import { sayOutcome } from "./say-outcome";

test("how a call ended is said in words, never by a code", () => {
  expect(sayOutcome("ok", null)).toBe("Answered");
  expect(sayOutcome("aborted", null)).toBe("Caller hung up");
  expect(sayOutcome("error", "upstream_timeout")).toBe("Failed: the provider took too long");
  expect(sayOutcome("error", "internal")).toBe("Failed: something went wrong in Flowlatch");
  // Of another version of Flowlatch, on the same database.
  expect(sayOutcome("error", "a_code_to_come")).toBe("Failed");
});
