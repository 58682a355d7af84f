import { expect, test, vi } from "vitest";
import { InBatches } from "@/lib/predictions/in-batches";

/** Writes end when they are told to. */
function underControl({ most = 10 } = {}) {
  const begun: { items: string[]; end(error?: Error): Promise<void> }[] = [];
  const batches = new InBatches<string>({
    write: (items) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const end = async (error?: Error) => {
        if (error) reject(error);
        else resolve();
        await new Promise(setImmediate);
      };
      begun.push({ items, end });
      return promise;
    },
    isFull: (items) => items.length >= most,
    isOfOneItem: ({ message }: Error) => message === "of one item",
    longestWaitMs: 1_000,
  });
  const written = () => begun.map(({ items }) => items.join(" "));
  return { batches, begun, written };
}

type Outcome = "waits" | "written" | Error;

/** What became of each item, as it stands now. */
function adding(batches: InBatches<string>, items: string[], name = "key") {
  const outcomes: Record<string, Outcome> = {};
  for (const item of items) {
    outcomes[item] = "waits";
    batches.add(name, item).then(
      () => (outcomes[item] = "written"),
      (error: Error) => (outcomes[item] = error),
    );
  }
  return outcomes;
}

test("the first is written at once, those that come meanwhile together, and none is done before its own write is", async () => {
  const { batches, begun, written } = underControl();
  const outcomes = adding(batches, ["a", "b", "c"]);
  expect(written()).toEqual(["a"]);
  await begun[0]?.end();
  expect(outcomes).toEqual({ a: "written", b: "waits", c: "waits" });
  expect(written()).toEqual(["a", "b c"]);
  await begun[1]?.end();
  expect(outcomes).toEqual({ a: "written", b: "written", c: "written" });
});

test("nobody waits for what goes by another name", () => {
  const { batches, written } = underControl();
  adding(batches, ["a"], "one");
  adding(batches, ["b"], "other");
  adding(batches, ["c"], "one");
  expect(written()).toEqual(["a", "b"]);
});

test("when all is written, the next one is the first again", async () => {
  const { batches, begun, written } = underControl();
  adding(batches, ["a"]);
  await begun[0]?.end();
  adding(batches, ["b"]);
  expect(written()).toEqual(["a", "b"]);
});

test("a batch takes no more than it may, and what is too much goes with the next", async () => {
  const { batches, begun, written } = underControl({ most: 2 });
  adding(batches, [..."abcde"]);
  for (let index = 0; index < 3; index++) await begun[index]?.end();
  expect(written()).toEqual(["a", "b c", "d e"]);
});

test("of a batch that fails by one of its items the others are written all the same", async () => {
  const { batches, begun, written } = underControl();
  const outcomes = adding(batches, ["a", "b", "bad", "c"]);
  const failure = new Error("of one item");
  await begun[0]?.end();
  await begun[1]?.end(failure);
  await begun[2]?.end();
  await begun[3]?.end(failure);
  await begun[4]?.end();
  expect(written()).toEqual(["a", "b bad c", "b", "bad", "c"]);
  expect(outcomes).toEqual({ a: "written", b: "written", bad: failure, c: "written" });
});

test("what may have been written already is not written again: all of the batch fail, and the next is tried", async () => {
  const { batches, begun, written } = underControl();
  const outcomes = adding(batches, ["a", "b", "c"]);
  await begun[0]?.end();
  adding(batches, ["d"]);
  const lost = new Error("connection lost");
  await begun[1]?.end(lost);
  expect(outcomes).toEqual({ a: "written", b: lost, c: lost });
  expect(written()).toEqual(["a", "b c", "d"]);
});

test("a write that hangs holds others up for a second, and no longer", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const { batches, begun, written } = underControl();
    const outcomes = adding(batches, ["a", "b"]);
    await vi.advanceTimersByTimeAsync(999);
    expect(written()).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(written()).toEqual(["a", "b"]);
    await begun[1]?.end();
    expect(outcomes).toEqual({ a: "waits", b: "written" });
    await begun[0]?.end();
    expect(outcomes).toEqual({ a: "written", b: "written" });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
