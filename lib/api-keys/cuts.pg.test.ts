import { expect, test } from "vitest";
import { deleteApiKeys } from "@/lib/api-keys/bulk";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import type { RefusalReason } from "@/lib/api-keys/refusals";
import { revokeToken } from "@/lib/api-keys/revoke";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey } from "@/lib/api-keys/service";
import { disableApiKey } from "@/lib/api-keys/switching";
import { addFurtherKey } from "@/lib/chatflows/further-keys";
import { newId } from "@/lib/ids";
import { shareToken } from "@/lib/shares/service";
import { cutBefore } from "@/lib/testing/cut-connection";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { keyState } from "@/lib/testing/key-state";
import { outcomeOf } from "@/lib/testing/outcome";

const db = await testDatabase();

const hour = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hour);

type Guarded = Awaited<ReturnType<typeof createGuardedChatflow>>;

/** What a call with the token becomes, now or some hours later. */
const outcome = (chatflowId: string, token: string, hours = 0) => outcomeOf(db, { chatflowId, token }, inHours(hours));

/** The key's token waits to be opened by somebody: what ends the token has to take that along. */
async function share({ ctx, key }: Guarded): Promise<void> {
  const lastFour = key.token.slice(-4);
  await shareToken(ctx, { id: newId(), apiKeyId: key.id, lastFour, ciphertext: "A".repeat(108) });
}

interface Change {
  title: string;
  /** Statements at least, BEGIN and COMMIT included. */
  statements: number;
  /** Audit events it writes. */
  events: number;
  prepare?(on: Guarded): Promise<unknown>;
  run(on: Guarded, partner: { id: string }): Promise<unknown>;
  /** What has to hold once it has happened. `token` is the one that `run` returned, if it did. */
  check(on: Guarded, token: string): Promise<void>;
}

const changes: Change[] = [
  {
    title: "a regeneration that ends the old token",
    // BEGIN, lock, secrets, end, insert, shares, key, audit and COMMIT.
    statements: 9,
    events: 1,
    prepare: share,
    run: ({ ctx, key }) => regenerateApiKey(ctx, { id: key.id }),
    async check({ chatflowId, key }, token) {
      expect(await outcome(chatflowId, key.token)).toBe("retired_token" satisfies RefusalReason);
      expect(await outcome(chatflowId, token)).toBe("admitted");
      expect(await db.prisma.sharedToken.count()).toBe(0);
    },
  },
  {
    title: "a regeneration while an older token still overlaps, with an overlap of its own",
    // One more: both the retiring and the live secret change.
    statements: 10,
    events: 1,
    prepare: ({ ctx, key }) => regenerateApiKey(ctx, { id: key.id, oldTokenStops: inHours(2) }),
    run: ({ ctx, key }) => regenerateApiKey(ctx, { id: key.id, oldTokenStops: inHours(1) }),
    async check({ chatflowId, key }, token) {
      expect(await outcome(chatflowId, key.token)).toBe("retired_token" satisfies RefusalReason);
      expect(await outcome(chatflowId, token)).toBe("admitted");
      expect(await db.prisma.apiKeySecret.count({ where: { endReason: null } })).toBe(2);
      expect(await db.prisma.apiKeySecret.count({ where: { endReason: null, expiresAt: { gt: inHours(1) } } })).toBe(0);
    },
  },
  {
    title: "an expiry that cuts the old token's overlap short",
    // BEGIN, lock, secrets, longest lifetime, key, secret, audit and COMMIT.
    statements: 8,
    events: 1,
    prepare: ({ ctx, key }) => regenerateApiKey(ctx, { id: key.id, oldTokenStops: inHours(3) }),
    run: ({ ctx, key }) => setApiKeyExpiry(ctx, { id: key.id, expiresAt: inHours(1) }),
    async check({ chatflowId, key }) {
      expect(await outcome(chatflowId, key.token)).toBe("admitted");
      expect(await outcome(chatflowId, key.token, 2)).toBe("retired_token" satisfies RefusalReason);
      expect(await db.prisma.apiKey.count({ where: { expiresAt: null } })).toBe(0);
    },
  },
  {
    title: "a disabling",
    // BEGIN, lock, key, audit and COMMIT.
    statements: 5,
    events: 1,
    run: ({ ctx, key }) => disableApiKey(ctx, { id: key.id }),
    async check({ chatflowId, key }) {
      expect(await outcome(chatflowId, key.token)).toBe("disabled_key" satisfies RefusalReason);
    },
  },
  {
    title: "a leaked token's end, told by its holder",
    // BEGIN, lock, secret, end, shares, key, audit and COMMIT.
    statements: 8,
    events: 1,
    prepare: share,
    run: ({ key }) => revokeToken({ db, now: new Date(), requestId: newId(), address: "203.0.113.9" }, key.token),
    async check({ chatflowId, key }) {
      expect(await outcome(chatflowId, key.token)).toBe("exposed_token" satisfies RefusalReason);
      expect(await db.prisma.apiKey.count({ where: { exposedAt: null } })).toBe(0);
      expect(await db.prisma.sharedToken.count()).toBe(0);
    },
  },
  {
    title: "a deletion of two keys, which closes the chatflow of both",
    // BEGIN, lock, chatflows of both, then for each its chatflows, delete and audit, and COMMIT.
    statements: 10,
    events: 2,
    prepare: ({ ctx, chatflowId }) => createApiKey(ctx, { name: "Partner", chatflowId, isFurtherKey: true }),
    run: ({ ctx, key }, partner) => deleteApiKeys(ctx, { ids: [key.id, partner.id], confirmCount: 2 }),
    async check({ chatflowId, key }) {
      expect(await outcome(chatflowId, key.token)).toBe("unknown_token" satisfies RefusalReason);
      expect([await db.prisma.apiKey.count(), await db.prisma.chatflowFurtherKey.count()]).toEqual([0, 0]);
      expect(await db.prisma.chatflow.findFirst()).toMatchObject({ apiKeyId: null, isPublic: false });
    },
  },
  {
    title: "a further key that is accepted",
    // BEGIN, hold key, lock chatflow, further keys, insert, chatflow, audit and COMMIT.
    statements: 8,
    events: 1,
    prepare: ({ ctx }) => createApiKey(ctx, { name: "Partner" }),
    run: ({ ctx, chatflowId }, partner) => addFurtherKey(ctx, { id: chatflowId, apiKeyId: partner.id }),
    async check({ chatflowId }) {
      expect(await db.prisma.chatflowFurtherKey.findMany()).toMatchObject([{ chatflowId }]);
    },
  },
  {
    title: "a further key that is made and accepted at once",
    // BEGIN, longest lifetime, key, secret, audit, chatflow, further keys, insert, chatflow, audit and COMMIT.
    statements: 11,
    events: 2,
    run: ({ ctx, chatflowId }) => createApiKey(ctx, { name: "Partner", chatflowId, isFurtherKey: true }),
    async check({ chatflowId }, token) {
      expect(await outcome(chatflowId, token)).toBe("admitted");
    },
  },
];

test.each(changes)(
  "$title happens wholly or not at all, its audit events included, wherever the connection is cut",
  async ({ statements, events, prepare, run, check }) => {
    const on = await createGuardedChatflow(db);
    const partner = (await prepare?.(on)) as { id: string };
    const before = await keyState(db);
    const eventsBefore = await db.prisma.auditEvent.count();
    let cuts = 0;
    for (let hasHappened = false; !hasHappened; cuts++) {
      let answer: unknown;
      const wasCut = await cutBefore(db.url, cuts + 1, async () => {
        answer = await run(on, partner);
      });
      hasHappened = (await db.prisma.auditEvent.count()) > eventsBefore;
      expect(hasHappened, "whoever asked is told").toBe(answer !== undefined);
      if (!hasHappened) expect(await keyState(db)).toBe(before);
      else await check(on, (answer as { token: string }).token);
      if (!wasCut) break;
    }
    expect((await db.prisma.auditEvent.count()) - eventsBefore).toBe(events);
    expect(cuts).toBeGreaterThanOrEqual(statements);
  },
);
