import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Strangers } from "@/lib/api-keys/strangers";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lets happen what waits for no time to pass. */
const settle = () => vi.advanceTimersByTimeAsync(0);

/** Look-ups that end when the test says so. */
function stage() {
  const strangers = new Strangers();
  const begun: string[] = [];
  const open = new Map<string, (worked: boolean) => void>();
  const call = (caller: string) =>
    strangers.inTurn(
      caller,
      () => {
        begun.push(caller);
        return new Promise<boolean>((resolve) => open.set(caller, resolve));
      },
      (worked) => worked,
    );
  const end = async (caller: string, worked = false) => {
    await settle();
    open.get(caller)?.(worked);
    await settle();
  };
  return { strangers, begun, call, end };
}

test("strangers are looked up one after the other, in the order they came", async () => {
  const { begun, call, end } = stage();
  for (const name of ["a", "b", "c"]) void call(name);
  await settle();
  expect(begun).toEqual(["a"]);
  await end("a");
  expect(begun).toEqual(["a", "b"]);
  await end("b");
  expect(begun).toEqual(["a", "b", "c"]);
});

test("who was let in lately overtakes them, until it is let in no longer", async () => {
  const { begun, call, end } = stage();
  void call("key");
  await end("key", true);
  for (const name of ["a", "b"]) void call(name);
  await settle();
  void call("key");
  await settle();
  expect(begun).toEqual(["key", "a", "key"]);
  await end("key", false);
  void call("key");
  await settle();
  expect(begun).toEqual(["key", "a", "key"]);
});

test("while others are let in there is a pause after a stranger who is refused, and else none", async () => {
  const { begun, call, end } = stage();
  for (const name of ["key", "a", "b", "c", "d"]) void call(name);
  await end("key", true);
  expect(begun).toEqual(["key", "a"]);
  await end("a");
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toEqual(["key", "a"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toEqual(["key", "a", "b"]);
  await vi.advanceTimersByTimeAsync(100);
  await end("b");
  await end("c");
  expect(begun).toEqual(["key", "a", "b", "c", "d"]);
});

test("a look-up that fails leaves its place to the next", async () => {
  const { strangers, begun, call } = stage();
  const failing = () => strangers.inTurn("x", () => Promise.reject(new Error("away")), Boolean);
  await Promise.all(Array.from({ length: 5 }, () => expect(failing()).rejects.toThrow("away")));
  void call("a");
  await settle();
  expect(begun).toEqual(["a"]);
});

test("where nothing comes back, nobody waits for longer than a second", async () => {
  const { begun, call } = stage();
  for (const name of ["a", "b", "c"]) void call(name);
  await vi.advanceTimersByTimeAsync(999);
  expect(begun).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toEqual(["a", "b", "c"]);
});

test("of more callers than there is room for, the one that was quiet longest is a stranger again", async () => {
  const strangers = new Strangers();
  const letIn = (caller: string) => strangers.inTurn(caller, async () => true, Boolean);
  for (let n = 0; n < 10_000; n++) await letIn(`key ${n}`);
  await letIn("key 0");
  await letIn("one more");
  const begun: string[] = [];
  const hold = (caller: string) =>
    void strangers.inTurn(
      caller,
      () => {
        begun.push(caller);
        return new Promise(() => {});
      },
      Boolean,
    );
  for (const caller of ["a", "key 1", "key 0"]) hold(caller);
  await settle();
  expect(begun).toEqual(["key 0", "a"]);
});
