import type { Limit } from "@/lib/api-keys/limits";

const windows = { second: 1_000n, minute: 60_000n, hour: 3_600_000n, day: 86_400_000n };

/** One limit, told another way than the stores tell it. */
interface Modelled {
  has(nowMs: number): boolean;
  take(nowMs: number): void;
  left(nowMs: number): number;
}

/**
 * A rate as a schedule (the "generic cell rate algorithm"): calls are due one interval after another,
 * and a call may come up to a window before it is due. Times are multiplied by `max`, so that an
 * interval is a whole number.
 */
function rateModel(max: bigint, window: bigint): Modelled {
  let due = 0n;
  let latest = 0;
  const ahead = (nowMs: number) => {
    const now = BigInt(Math.max(nowMs, latest)) * max;
    return due > now ? due - now : 0n;
  };
  const left = (nowMs: number) => Number((max * window - ahead(nowMs)) / window);
  return {
    left,
    has: (nowMs) => left(nowMs) >= 1,
    take(nowMs) {
      const early = ahead(nowMs);
      latest = Math.max(nowMs, latest);
      due = BigInt(latest) * max + early + window;
    },
  };
}

/** A quota as the list of what was taken: ISO dates, cut to a day or a month. */
function quotaModel(max: number, length: number): Modelled {
  const taken: string[] = [];
  const period = (nowMs: number) => {
    const now = new Date(nowMs).toISOString().slice(0, length);
    const latest = taken.at(-1) ?? "";
    // Text, which sorts as the dates it tells of.
    return [now, latest].sort().at(-1) as string;
  };
  const left = (nowMs: number) => max - taken.filter((one) => one === period(nowMs)).length;
  return { left, has: (nowMs) => left(nowMs) >= 1, take: (nowMs) => void taken.push(period(nowMs)) };
}

/** A key's limits, as plainly as they can be told; for comparing the stores with. */
export class LimitModel {
  private readonly limits: Modelled[];

  constructor(limits: Limit[]) {
    this.limits = limits.map((limit) =>
      limit.kind === "rate"
        ? rateModel(BigInt(limit.max), windows[limit.per])
        : quotaModel(limit.max, limit.per === "day" ? 10 : 7),
    );
  }

  /** Takes a call if every limit has room for it, and says what is then left of each. */
  take(nowMs: number): { admitted: boolean; remaining: number[] } {
    const admitted = this.limits.every((limit) => limit.has(nowMs));
    if (admitted) for (const limit of this.limits) limit.take(nowMs);
    return { admitted, remaining: this.limits.map((limit) => limit.left(nowMs)) };
  }
}
