import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { setAllowedAddresses } from "@/lib/api-keys/restrictions";
import { revokeToken } from "@/lib/api-keys/revoke";
import { regenerateApiKey, stopOldToken } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { disableApiKey } from "@/lib/api-keys/switching";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { openingQuestion } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startSecondInstance } from "@/lib/testing/second-instance";

const db = await testDatabase();
const other = await startSecondInstance(db.url);
afterAll(() => other.stop());

/** Callers at a time, and how many of their calls after the change each must see refused. */
const callers = 8;
const refusedEach = 25;

let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
beforeEach(async () => {
  guarded = await createGuardedChatflow(db);
});

async function isAnswered(token: string): Promise<boolean> {
  const response = await fetch(`${other.url}/api/v1/prediction/${guarded.chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ question: openingQuestion }),
  });
  await response.text();
  return response.status === 200;
}

type Guarded = Awaited<ReturnType<typeof createGuardedChatflow>>;

describe("no call that is sent to another instance after a change was acknowledged passes, while calls go on all the time", () => {
  test.each<[string, (guarded: Guarded) => Promise<unknown>]>([
    ["the key is deleted", ({ ctx, key }) => deleteApiKey(ctx, { id: key.id, confirmName: key.name })],
    ["the key is disabled", ({ ctx, key }) => disableApiKey(ctx, { id: key.id })],
    ["the key is regenerated", ({ ctx, key }) => regenerateApiKey(ctx, { id: key.id })],
    [
      "the old token is stopped",
      async ({ ctx, key }) => {
        await regenerateApiKey(ctx, { id: key.id, oldTokenStops: new Date(Date.now() + 3_600_000) });
        await wait(50);
        await stopOldToken({ ...ctx, now: new Date() }, { id: key.id });
      },
    ],
    [
      "the key expires",
      async ({ ctx, key }) => {
        const expiresAt = new Date(Date.now() + 300);
        await setApiKeyExpiry({ ...ctx, now: new Date() }, { id: key.id, expiresAt });
        await wait(expiresAt.getTime() - Date.now() + 1);
      },
    ],
    ["the token is reported as found", ({ ctx, key }) => revokeToken(ctx, key.token)],
    [
      "addresses are listed",
      ({ ctx, key }) => setAllowedAddresses(ctx, { id: key.id, allowedAddresses: ["192.0.2.1"] }),
    ],
    [
      "the chatflow is closed",
      ({ ctx, chatflowId }) => setChatflowAccess(ctx, { id: chatflowId, access: { kind: "closed" } }),
    ],
    ["the chatflow gets another key", ({ ctx, chatflowId }) => createApiKey(ctx, { name: "Next", chatflowId })],
  ])("when %s", async (_, change) => {
    const { token } = guarded.key;
    let isAcknowledged = false;
    let answeredBefore = 0;
    let answeredAfter = 0;
    const caller = async () => {
      for (let refused = 0; refused < refusedEach; ) {
        const isSentAfter = isAcknowledged;
        const answered = await isAnswered(token);
        if (!isSentAfter && answered) answeredBefore++;
        if (isSentAfter && answered) answeredAfter++;
        if (isSentAfter) refused++;
      }
    };
    const calling = Array.from({ length: callers }, caller);
    while (answeredBefore < callers) await wait(5);
    await change(guarded);
    isAcknowledged = true;
    await Promise.all(calling);
    expect(answeredBefore).toBeGreaterThanOrEqual(callers);
    expect(answeredAfter).toBe(0);
  });
});
