import { expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { newId } from "@/lib/ids";
import { sealToken } from "@/lib/shares/seal";
import { openShare, shareToken } from "@/lib/shares/service";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();

test("of many who open one link at once, one gets it", async () => {
  const ctx = await operatorContext(db);
  for (let n = 0; n < 15; n++) {
    const key = await createApiKey(ctx, { name: `Key ${n}` });
    const { id, ciphertext } = await sealToken(key.token);
    await shareToken(ctx, { id, apiKeyId: key.id, lastFour: key.token.slice(-4), ciphertext });
    const open = () => openShare({ db, now: new Date(), requestId: newId(), address: null }, { id });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, open));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  }
  expect(await db.prisma.auditEvent.count({ where: { action: "api_key.shared_token_opened" } })).toBe(15);
});
