import { expect, test } from "vitest";
import { keepAwake, keepAwakeWith, later, runLater, settleLater } from "@/lib/later";

test("work waits until it is settled, runs once, and its failure reaches nobody", async () => {
  const done: string[] = [];
  later(async () => {
    throw new Error("in vain");
  });
  later(async () => {
    done.push("first");
    later(async () => void done.push("left by the first"));
  });
  expect(done).toEqual([]);
  await settleLater();
  expect(done).toEqual(["first", "left by the first"]);
  await settleLater();
  expect(done).toHaveLength(2);
});

test("a server says when it runs; what it already does is waited for and not done again", async () => {
  const done: string[] = [];
  const runs: (() => Promise<void>)[] = [];
  runLater((run) => void runs.push(run));
  later(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    done.push("slow");
  });
  void runs[0]?.();
  await settleLater();
  await runs[0]?.();
  expect(done).toEqual(["slow"]);
});

test("a host that freezes is told at once what it has to wait for", async () => {
  const held: Promise<void>[] = [];
  keepAwakeWith((work) => void held.push(work));
  const { promise, resolve } = Promise.withResolvers<void>();
  keepAwake(promise);
  expect(held).toEqual([promise]);
  resolve();
});
