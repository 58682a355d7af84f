import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { AddressBudget } from "@/lib/http/address-budget";

/** Seconds to wait, or 0 when there was room. */
function attempt(budget: AddressBudget, address: string | null, nowMs: number): number {
  try {
    budget.spend(address, nowMs);
    return 0;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe("too_many_attempts");
    return (error as AppError).retryAfterSeconds ?? Number.NaN;
  }
}

/** How many of so many attempts at once there is room for. */
function admitted(budget: AddressBudget, addresses: (string | null)[], nowMs = 1_000): number {
  return addresses.filter((address) => attempt(budget, address, nowMs) === 0).length;
}

const times = (count: number, address: string | null) => Array<string | null>(count).fill(address);

test("a burst and not one more, then one every refill, whatever was refused meanwhile", () => {
  const budget = new AddressBudget({ burst: 30, refillMs: 1_000 });
  expect(admitted(budget, times(100, "192.0.2.1"))).toBe(30);
  expect(admitted(budget, times(100, "192.0.2.1"), 1_999)).toBe(0);
  expect(admitted(budget, times(100, "192.0.2.1"), 2_000)).toBe(1);
  expect(admitted(budget, times(100, "192.0.2.1"), 5_500)).toBe(3);
  expect(admitted(budget, times(100, "192.0.2.1"), 3_600_000)).toBe(30);
});

test("says in whole seconds how long to wait, and that is long enough", () => {
  const budget = new AddressBudget({ burst: 2, refillMs: 2_500 });
  admitted(budget, times(2, "192.0.2.1"), 0);
  expect(attempt(budget, "192.0.2.1", 0)).toBe(3);
  expect(attempt(budget, "192.0.2.1", 1_600)).toBe(1);
  expect(attempt(budget, "192.0.2.1", 2_600)).toBe(0);
});

describe("who counts as one", () => {
  const burst = 30;
  const fresh = () => new AddressBudget({ burst, refillMs: 1_000 });

  test("each IPv4 address by itself, also where it is written as IPv6", () => {
    const budget = fresh();
    expect(admitted(budget, times(burst, "192.0.2.1"))).toBe(burst);
    expect(admitted(budget, ["::ffff:192.0.2.1", "::ffff:c000:201"])).toBe(0);
    expect(admitted(budget, ["192.0.2.2"])).toBe(1);
  });

  test("a /64 of IPv6 together, however its addresses are written", () => {
    const budget = fresh();
    const sameNetwork = Array.from({ length: 5_000 }, (_, n) => `2001:db8:0:7:${n.toString(16)}::${n.toString(16)}`);
    expect(admitted(budget, sameNetwork)).toBe(burst);
    expect(admitted(budget, ["2001:0DB8::7:FFFF:0:0:1"])).toBe(0);
    expect(budget.size).toBe(1);
    expect(admitted(budget, ["2001:db8:0:8::1"])).toBe(1);
  });

  test("nobody whose address is not known", () => {
    const budget = fresh();
    expect(admitted(budget, times(1_000, null))).toBe(1_000);
    expect(budget.size).toBe(0);
  });
});

describe("what it remembers", () => {
  const network = (n: number) => `2001:db8:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`;

  test("no more addresses than it has room for: who was quiet longest is forgotten, who keeps trying is not", () => {
    const budget = new AddressBudget({ burst: 2, refillMs: 1_000, capacity: 100 });
    admitted(budget, ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2"], 0);
    for (let n = 0; n < 10_000; n++) {
      attempt(budget, network(n), 0);
      if (n % 50 === 0) expect(attempt(budget, "192.0.2.1", 0)).toBe(1);
    }
    expect(budget.size).toBe(100);
    expect(admitted(budget, times(2, "192.0.2.2"), 0)).toBe(2);
  });

  test("nobody who has a whole burst again", () => {
    const budget = new AddressBudget({ burst: 30, refillMs: 1_000 });
    for (let n = 0; n < 1_000; n++) attempt(budget, network(n), 0);
    expect(budget.size).toBe(1_000);
    attempt(budget, "192.0.2.1", 1_001);
    expect(budget.size).toBe(1);
  });
});
