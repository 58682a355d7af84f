import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { generateToken, type Token } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();

test.each(["a bad token", "no token"])(
  "a key that was let in lately overtakes a crowd of callers with %s",
  async (shown) => {
    const { chatflowId, key } = await createGuardedChatflow(db);
    const finished: string[] = [];
    const call = (caller: string, token: Token | null) =>
      verifyCall(db, { chatflowId, token, sessionId: null, address: null }, new Date())
        .catch(() => {})
        .finally(() => finished.push(caller));
    const good = () => call("key", key.token as Token);
    await good();
    finished.length = 0;
    const crowd = Array.from({ length: 100 }, () => call("crowd", shown === "no token" ? null : generateToken()));
    await setImmediate();
    await Promise.all([...crowd, good()]);
    expect(finished.indexOf("key")).toBeLessThan(50);
  },
);
