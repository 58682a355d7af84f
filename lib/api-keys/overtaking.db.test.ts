import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { digestToken, generateToken, type Token } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import { env } from "@/lib/env";
import { sentStatements } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();

test.each(["a bad token", "no token"])(
  "a key that was let in lately overtakes a crowd of callers with %s",
  async (shown) => {
    const { chatflowId, key } = await createGuardedChatflow(db);
    const call = (token: Token | null) =>
      verifyCall(db, { chatflowId, token, sessionId: null, address: null }, new Date()).catch(() => {});
    const good = key.token as Token;
    await call(good);
    // To open a connection takes longer than many look-ups.
    await Promise.all(Array.from({ length: 4 }, () => db.pool.query("SELECT 1")));
    const statements = await sentStatements(async () => {
      const crowd = Array.from({ length: 40 }, () => call(shown === "no token" ? null : generateToken()));
      await setImmediate();
      await Promise.all([...crowd, call(good)]);
    });
    const digest = digestToken(good, env().FLOWLATCH_PEPPER[0] as string);
    const place = statements.findIndex(({ values }) => digest.equals((values[1] as Buffer | null) ?? Buffer.of()));
    expect(place).toBeGreaterThan(-1);
    expect(place).toBeLessThan(5);
  },
);
