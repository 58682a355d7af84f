import { expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { RefusedCallBuffer } from "@/lib/refused-calls/buffer";

const chatflowId = newId();
const start = Date.parse("2026-11-25T12:00:00Z");

function call(
  n: number,
  { address = "192.0.2.1" as string | null, atMs = start, lastFour = "a1B2" as string | null } = {},
) {
  return {
    at: new Date(atMs),
    reason: "unknown_token",
    address,
    lastFour,
    apiKeyId: null,
    chatflowId,
    slug: null,
    workspaceId: null,
    requestId: `request-${n}`,
  } as const;
}

const bounds = { perAddress: 3, perMinute: 5, sums: 2 };
const callsOf = (records: { calls: number }[]) => records.map(({ calls }) => calls);

test("an address's first calls in a minute are kept one by one, the rest as one sum with the last one's request id", () => {
  const buffer = new RefusedCallBuffer(bounds);
  for (let n = 1; n <= 10; n++) buffer.add(call(n, { lastFour: n === 10 ? "zzzz" : "a1B2", atMs: start + n }));
  const { records, leftOut } = buffer.drain();
  expect(callsOf(records)).toEqual([1, 1, 1, 7]);
  expect(records[3]).toMatchObject({ requestId: "request-10", lastFour: null, at: new Date(start + 10) });
  expect(leftOut).toBe(0);
  expect(buffer.isEmpty).toBe(true);
});

test("a sum that was written and then grew is written again under its id; the next minute begins anew", () => {
  const buffer = new RefusedCallBuffer(bounds);
  for (let n = 1; n <= 4; n++) buffer.add(call(n));
  const first = buffer.drain().records[3];
  buffer.add(call(5));
  const [again] = buffer.drain().records;
  expect([first?.calls, again?.calls, again?.id === first?.id]).toEqual([1, 2, true]);
  buffer.add(call(6, { atMs: start + 60_000 }));
  expect(buffer.drain().records).toMatchObject([{ calls: 1, requestId: "request-6" }]);
});

test("from many addresses a minute's calls end in a sum without an address", () => {
  const buffer = new RefusedCallBuffer(bounds);
  for (let n = 1; n <= 50; n++) buffer.add(call(n, { address: `198.51.100.${n}` }));
  const { records } = buffer.drain();
  expect(callsOf(records)).toEqual([1, 1, 1, 1, 1, 45]);
  expect(records.at(-1)?.address).toBeNull();
});

test("an IPv6 caller does not get more room by moving within its /64", () => {
  const buffer = new RefusedCallBuffer(bounds);
  for (let n = 1; n <= 5; n++) buffer.add(call(n, { address: `2001:db8::${n}` }));
  expect(callsOf(buffer.drain().records)).toEqual([1, 1, 1, 2]);
});

test("it has a bound whatever comes: beyond the sums calls are counted as left out", () => {
  const buffer = new RefusedCallBuffer(bounds);
  for (let n = 0; n < 100_000; n++) {
    buffer.add({ ...call(n, { address: `203.0.113.${n % 250}`, atMs: start + n * 10 }), chatflowId: newId() });
  }
  const { records, leftOut } = buffer.drain();
  expect(records.length).toBeLessThanOrEqual(2 * (bounds.perMinute + bounds.sums));
  const written = callsOf(records).reduce((sum, calls) => sum + calls, 0);
  expect(written + leftOut).toBe(100_000);
});
