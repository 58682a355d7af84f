import ipaddr from "ipaddr.js";
import { AppError } from "@/lib/errors";

export interface AddressBudgetOptions {
  /** Attempts that an address may make at once. */
  burst: number;
  /** Milliseconds after which one more is possible. */
  refillMs: number;
  /** Most addresses remembered; about 100 bytes each. */
  capacity?: number;
}

/**
 * How often each caller's address may try something, kept in this process's memory. An address that
 * has used up its burst gets one more attempt every `refillMs`, and attempts that are refused use
 * nothing. IPv6 counts by /64, which is what one customer is given. When more addresses are active
 * than there is room for, the one that was quiet longest is forgotten: it starts anew.
 */
export class AddressBudget {
  private readonly burstMs: number;
  private readonly refillMs: number;
  private readonly capacity: number;
  /** When each address will have its whole burst again; the address that was quiet longest comes first. */
  private readonly wholeAtMs = new Map<string, number>();

  constructor({ burst, refillMs, capacity = 50_000 }: AddressBudgetOptions) {
    this.burstMs = burst * refillMs;
    this.refillMs = refillMs;
    this.capacity = capacity;
  }

  /**
   * Counts one attempt. A caller whose address is not known (null) is not held up: with one budget
   * for all of those, anybody could use it up for everybody.
   * @param nowMs of a clock that never runs backwards
   * @throws AppError `too_many_attempts` with the seconds to wait
   */
  spend(address: string | null, nowMs = performance.now()): void {
    if (address === null) return;
    const group = addressGroup(address);
    const before = Math.max(nowMs, this.wholeAtMs.get(group) ?? 0);
    const waitMs = before + this.refillMs - nowMs - this.burstMs;
    this.remember(group, waitMs > 0 ? before : before + this.refillMs, nowMs);
    if (waitMs > 0) throw tooManyAttempts(Math.ceil(waitMs / 1000));
  }

  /** Addresses remembered. */
  get size(): number {
    return this.wholeAtMs.size;
  }

  /** Remembers this address as the latest; forgets, from the quietest on, who has a whole burst again or is too many. */
  private remember(group: string, wholeAtMs: number, nowMs: number): void {
    this.wholeAtMs.delete(group);
    this.wholeAtMs.set(group, wholeAtMs);
    for (const [quietest, itsWholeAtMs] of this.wholeAtMs) {
      if (itsWholeAtMs > nowMs && this.wholeAtMs.size <= this.capacity) return;
      this.wholeAtMs.delete(quietest);
    }
  }
}

/** An IPv4 address as it is, also where it is written as IPv6; of an IPv6 address its first 64 bits. */
export function addressGroup(address: string): string {
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}

function tooManyAttempts(retryAfterSeconds: number): AppError {
  const wait = retryAfterSeconds === 1 ? "1 second" : `${retryAfterSeconds} seconds`;
  const message = `There were too many attempts from your address. Wait ${wait}, then try again.`;
  return new AppError("too_many_attempts", message, { retryAfterSeconds });
}
