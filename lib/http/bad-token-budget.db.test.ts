import { afterAll, beforeAll, expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import { comparable, predict } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();
const shared = globalThis as { flowlatchTellsPeers?: true };

beforeAll(() => {
  shared.flowlatchTellsPeers = true;
});
afterAll(() => {
  delete shared.flowlatchTellsPeers;
});

/** Calls as from this address; tokens are sent as they are. */
const callFrom = (address: string) => (chatflowId: string, token: string) =>
  predict(chatflowId, { authorization: `Bearer ${token}`, headers: { "X-Flowlatch-Peer": address } });

test("after thirty bad tokens an address is told to wait, alike for every kind, while its good token works", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const call = callFrom("192.0.2.10");
  const disabled = await createApiKey(ctx, { name: "Disabled" });
  await db.prisma.apiKey.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
  const renewed = await regenerateApiKey(ctx, { id: key.id });
  const kinds = { malformed: "nonsense", unknown: generateToken(), retired: key.token, disabled: disabled.token };

  const bad = Object.values(kinds);
  for (let n = 0; n < 30; n++) expect((await call(chatflowId, bad[n % bad.length] as string)).status).toBe(401);
  const answers = await Promise.all(bad.map(async (token) => comparable(await call(chatflowId, token))));
  for (const answer of answers) {
    expect(answer.status).toBe(429);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: "too_many_attempts",
      message: expect.stringMatching(/wait/i),
    });
    expect(answer).toEqual(answers[0]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ "retry-after": "1" });
    expect(Object.fromEntries(answer.headers)).not.toHaveProperty("www-authenticate");
  }
  expect((await call(chatflowId, renewed.token)).status).toBe(200);
  expect((await callFrom("192.0.2.11")(chatflowId, "nonsense")).status).toBe(401);
});

test("malformed tokens cost no SQL, before the burst is used up and after", async () => {
  const { chatflowId } = await createGuardedChatflow(db);
  const call = callFrom("192.0.2.20");
  const statements = await statementsOf(async () => {
    for (let n = 0; n < 40; n++) expect((await call(chatflowId, "nonsense")).status).toBe(n < 30 ? 401 : 429);
  });
  expect(statements).toEqual([]);
});

test("good tokens and other refusals use nothing of it", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const call = callFrom("192.0.2.30");
  const other = await createApiKey(ctx, { name: "Other" });
  for (let n = 0; n < 35; n++) {
    expect((await call(chatflowId, key.token)).status).toBe(200);
    expect((await call(chatflowId, other.token)).status).toBe(403);
  }
  expect((await call(chatflowId, "nonsense")).status).toBe(401);
});
