import { expect, test } from "vitest";
import { failuresIn } from "./sweep.ts";

test("a failure is found in the log, ours or what Next and Node write, and nothing else is", () => {
  const ours = '{"level":50,"time":"2026-11-26T10:00:00.000Z","err":{"type":"TypeError"},"msg":"action failed"}';
  const theirs = " ⨯ TypeError: Cannot read properties of undefined";
  const log = [
    '{"level":30,"msg":"prediction","outcome":"internal"}',
    '{"level":40,"msg":"work that was left for later failed: TypeError"}',
    ours,
    "▲ Next.js 16.4.6",
    theirs,
    "⨯ uncaughtException:  Error: aborted",
    'Error: Failed to find Server Action "00". This request might be from an older or newer deployment.',
    "",
  ].join("\n");
  expect(failuresIn(log)).toEqual([ours, theirs]);
  expect(failuresIn("{ digest: '1', Error: 'not JSON' }")).toHaveLength(1);
});
