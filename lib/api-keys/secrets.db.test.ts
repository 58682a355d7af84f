import { expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { pruneEndedSecrets } from "@/lib/api-keys/secrets";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { outcomeOf } from "@/lib/testing/outcome";

const db = await testDatabase();
const dayMs = 86_400_000;

test("a secret that ended 90 days ago is forgotten; one that ended later, and the live one, are kept", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const after = (days: number) => new Date(ctx.now.getTime() + days * dayMs);
  const second = await regenerateApiKey(ctx, { id: key.id });
  const third = await regenerateApiKey({ ...ctx, now: after(1) }, { id: key.id });
  expect(await pruneEndedSecrets(db, after(90))).toEqual({ deleted: 0 });
  expect(await outcomeOf(db, { chatflowId, token: key.token }, after(90))).toBe("retired_token");
  expect(await pruneEndedSecrets(db, new Date(after(90).getTime() + 1))).toEqual({ deleted: 1 });
  expect(await outcomeOf(db, { chatflowId, token: key.token }, after(90))).toBe("unknown_token");
  expect(await outcomeOf(db, { chatflowId, token: second.token }, after(90))).toBe("retired_token");
  expect(await outcomeOf(db, { chatflowId, token: third.token }, after(90))).toBe("admitted");
});

test("more than one batch goes in one run", async () => {
  const { ctx, key } = await createGuardedChatflow(db);
  await db.pool.query(
    `INSERT INTO api_key_secret (id, api_key_id, digest, last_four, created_at, expires_at)
     SELECT gen_random_uuid(), $1, sha256(n::text::bytea), 'aaaa', $2, $2 FROM generate_series(1, 2500) n`,
    [key.id, new Date(ctx.now.getTime() - 91 * dayMs)],
  );
  expect(await pruneEndedSecrets(db, ctx.now)).toEqual({ deleted: 2_500 });
  expect(await db.prisma.apiKeySecret.count()).toBe(1);
});
