import fc from "fast-check";
import { expect, test } from "vitest";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { peekLimits } from "@/lib/api-keys/peek-limits";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { revokeToken } from "@/lib/api-keys/revoke";
import { regenerateApiKey, stopOldToken } from "@/lib/api-keys/rotation";
import { deleteApiKey } from "@/lib/api-keys/service";
import { disableApiKey, enableApiKey } from "@/lib/api-keys/switching";
import type { Context } from "@/lib/context";
import { toAppError } from "@/lib/errors";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { outcomeOf } from "@/lib/testing/outcome";

const db = await testDatabase();
const hourMs = 3_600_000;
const limit = { kind: "quota", per: "month", max: 1_000_000 } as const;
/** Whole hours, so that times meet: what stops just when something else begins is where mistakes are. */
const hours = fc.integer({ min: 1, max: 6 });

const step = fc.oneof(
  fc.record({ kind: fc.constant("regenerate"), overlap: fc.option(hours, { freq: 3 }) }),
  fc.record({ kind: fc.constantFrom("stop", "disable", "enable") }),
  fc.record({ kind: fc.constant("expire"), at: fc.option(fc.integer({ min: -1, max: 6 }), { freq: 3 }) }),
  fc.record({ kind: fc.constant("pass"), hours }),
  fc.record({ kind: fc.constant("revoke"), token: fc.nat(9) }),
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete") }) },
);
type Step = { kind: string; overlap?: number | null; at?: number | null; hours?: number; token?: number };

/** A key as the simplest thing that could be true of it. Times are milliseconds after its creation. */
class Model {
  now = 0;
  isDeleted = false;
  isDisabled = false;
  expiresAt: number | null = null;
  /** When each token ends: null while it is live, -1 when it was ended at once. */
  ends: (number | null)[] = [null];
  /** Calls that were let in. */
  admitted = 0;

  private readonly works = (end: number | null) => end === null || end > this.now;
  private get isExpired() {
    return this.expiresAt !== null && this.expiresAt <= this.now;
  }
  admits(index: number): boolean {
    return !this.isDeleted && !this.isDisabled && !this.isExpired && this.works(this.ends[index] ?? null);
  }

  /** @returns whether the use case may be done at all */
  apply({ kind, overlap, at, hours: passed = 0, token = 0 }: Step): boolean {
    if (kind === "pass") this.now += passed * hourMs;
    if (kind === "pass") return true;
    if (this.isDeleted) return kind === "revoke";
    if (kind === "disable" || kind === "enable") this.isDisabled = kind === "disable";
    if (kind === "delete") this.isDeleted = true;
    if (kind === "stop") this.ends = this.ends.map((end) => (end !== null && end > this.now ? -1 : end));
    if (kind === "revoke") {
      const index = token % this.ends.length;
      if (this.works(this.ends[index] ?? null)) this.ends[index] = -1;
    }
    if (kind === "regenerate") return this.regenerate(overlap ?? null);
    if (kind === "expire") return this.expire(at ?? null);
    return true;
  }

  private regenerate(overlap: number | null): boolean {
    const stops = overlap === null ? -1 : this.now + overlap * hourMs;
    const mayOverlap = this.ends.includes(null) && !this.isDisabled && !this.isExpired;
    if (overlap !== null && !(mayOverlap && (this.expiresAt === null || stops <= this.expiresAt))) return false;
    this.ends = this.ends.map((end) => (end === null ? stops : end > this.now ? -1 : end));
    this.ends.push(null);
    return true;
  }

  private expire(at: number | null): boolean {
    const expiresAt = at === null ? null : this.now + at * hourMs;
    // What it is already is no change.
    if (expiresAt === this.expiresAt) return true;
    if (expiresAt !== null && expiresAt <= this.now) return false;
    this.expiresAt = expiresAt;
    if (expiresAt !== null) this.ends = this.ends.map((end) => (end !== null && end > expiresAt ? expiresAt : end));
    return true;
  }
}

/** Does a step for real. @returns whether it was done */
async function act(ctx: Context, key: { id: string; name: string }, tokens: string[], todo: Step): Promise<boolean> {
  const { id, name } = key;
  const at = (offset: number | null | undefined) =>
    offset === null || offset === undefined ? null : new Date(ctx.now.getTime() + offset * hourMs);
  const work: Record<string, () => Promise<unknown>> = {
    pass: async () => {},
    regenerate: async () => tokens.push((await regenerateApiKey(ctx, { id, oldTokenStops: at(todo.overlap) })).token),
    stop: () => stopOldToken(ctx, { id }),
    disable: () => disableApiKey(ctx, { id }),
    enable: () => enableApiKey(ctx, { id }),
    expire: () => setApiKeyExpiry(ctx, { id, expiresAt: at(todo.at) }),
    revoke: () => revokeToken(ctx, tokens[(todo.token ?? 0) % tokens.length] ?? ""),
    delete: () => deleteApiKey(ctx, { id, confirmName: name }),
  };
  try {
    await work[todo.kind]?.();
    return true;
  } catch (error) {
    expect(["invalid_input", "not_found"]).toContain(toAppError(error).code);
    return false;
  }
}

test("whatever is done to a key, in whatever order, exactly those of its tokens count that should, and no limit starts anew", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps: Step[]) => {
      const { ctx, chatflowId, key } = await createGuardedChatflow(db);
      await setApiKeyLimits(ctx, { id: key.id, limits: [limit] });
      const model = new Model();
      const tokens = [key.token];
      // In the middle of a month: the quota must not turn over by itself.
      const begin = Date.UTC(2027, 4, 10);
      const now = () => new Date(begin + model.now);
      for (const todo of steps) {
        const expected = model.apply(todo);
        expect([todo, await act({ ...ctx, now: now() }, key, tokens, todo)]).toEqual([todo, expected]);
        for (const [index, token] of tokens.entries()) {
          const outcome = await outcomeOf(db, { chatflowId, token }, now());
          expect([todo, index, outcome === "admitted"]).toEqual([todo, index, model.admits(index)]);
          if (outcome === "admitted") model.admitted++;
        }
      }
      const [quota] = model.isDeleted ? [] : await peekLimits(db, key.id, [limit], now());
      if (!model.isDeleted) expect(quota?.remaining).toBe(limit.max - model.admitted);
    }),
    { numRuns: 60 },
  );
});
