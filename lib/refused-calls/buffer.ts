import type { RefusalReason } from "@/lib/api-keys/refusals";
import { addressGroup } from "@/lib/http/address-budget";
import { newId } from "@/lib/ids";

/**
 * A refused call on its way to the database, or many like it. Nothing in it is a caller's own text but
 * `slug`, which is looked up and not kept.
 */
export interface RefusedCallRecord {
  id: string;
  at: Date;
  reason: RefusalReason;
  address: string | null;
  lastFour: string | null;
  apiKeyId: string | null;
  chatflowId: string | null;
  /** Of the chatflow that was asked for, where it is known by no more than that. */
  slug: string | null;
  /** Where neither key nor chatflow is there any more. */
  workspaceId: string | null;
  requestId: string;
  /** How many calls it stands for. */
  calls: number;
}

export interface BufferBounds {
  /** Calls kept one by one in a minute from one address (IPv6: /64). */
  perAddress: number;
  /** The same from all addresses. */
  perMinute: number;
  /** Sums that a minute may have beside them. */
  sums: number;
}

const defaultBounds: BufferBounds = { perAddress: 120, perMinute: 1_200, sums: 200 };

/**
 * Refused calls until they are written, a second at most. Its size has a bound however hard somebody
 * knocks: in a minute so many calls are kept one by one, first from each address and then from all;
 * what comes beyond is kept as a sum, one for each address, reason, key and chatflow, or without the
 * address where all addresses together were too many. The sum tells the last call's request id.
 */
export class RefusedCallBuffer {
  private readonly bounds: BufferBounds;
  private minute = 0;
  private kept = 0;
  private readonly keptByAddress = new Map<string, number>();
  private readonly sums = new Map<string, RefusedCallRecord>();
  /** What is to be written, by id: a sum that has grown since is written again. */
  private readonly unwritten = new Map<string, RefusedCallRecord>();
  private leftOut = 0;

  constructor(bounds: BufferBounds = defaultBounds) {
    this.bounds = bounds;
  }

  add(call: Omit<RefusedCallRecord, "id" | "calls">): void {
    this.turnMinute(Math.floor(call.at.getTime() / 60_000));
    const group = call.address === null ? "" : addressGroup(call.address);
    const ofAddress = this.keptByAddress.get(group) ?? 0;
    const isInstanceFull = this.kept >= this.bounds.perMinute;
    if (isInstanceFull || ofAddress >= this.bounds.perAddress) {
      this.addToSum(isInstanceFull ? null : group, isInstanceFull ? { ...call, address: null } : call);
      return;
    }
    this.kept++;
    this.keptByAddress.set(group, ofAddress + 1);
    this.put({ ...call, id: newId(), calls: 1 });
  }

  /** What is to be written, which is then no longer kept here, and how many calls found no room at all. */
  drain(): { records: RefusedCallRecord[]; leftOut: number } {
    const drained = { records: [...this.unwritten.values()].map((record) => ({ ...record })), leftOut: this.leftOut };
    this.unwritten.clear();
    this.leftOut = 0;
    return drained;
  }

  get isEmpty(): boolean {
    return this.unwritten.size === 0 && this.leftOut === 0;
  }

  private turnMinute(minute: number): void {
    if (minute === this.minute) return;
    this.minute = minute;
    this.kept = 0;
    this.keptByAddress.clear();
    this.sums.clear();
  }

  private addToSum(group: string | null, call: Omit<RefusedCallRecord, "id" | "calls">): void {
    const key = [group, call.reason, call.apiKeyId, call.chatflowId, call.slug].join(" ");
    const sum = this.sums.get(key);
    if (!sum && this.sums.size >= this.bounds.sums) {
      this.leftOut++;
      return;
    }
    const record = sum ?? { ...call, id: newId(), calls: 0 };
    if (record.lastFour !== call.lastFour) record.lastFour = null;
    record.calls++;
    record.at = call.at;
    record.address = call.address;
    record.requestId = call.requestId;
    this.sums.set(key, record);
    this.put(record);
  }

  /** Twice a minute's: what was kept just before the minute turned may still be unwritten. */
  private put(record: RefusedCallRecord): void {
    if (this.unwritten.has(record.id) || this.unwritten.size < 2 * (this.bounds.perMinute + this.bounds.sums)) {
      this.unwritten.set(record.id, record);
    } else this.leftOut++;
  }
}
