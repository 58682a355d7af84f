import { afterAll, beforeAll, expect, test } from "vitest";
import { setAllowedAddresses } from "@/lib/api-keys/restrictions";
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

/** What a caller may say of its address. No proxy is trusted here, so none of it counts. */
const claims = (address: string) => ({
  "X-Forwarded-For": address,
  "X-Real-IP": address,
  "CF-Connecting-IP": address,
  Forwarded: `for=${address}`,
});

test("an address that claims to be others is told to wait all the same (ASVS 15.3.4)", async () => {
  const { chatflowId } = await createGuardedChatflow(db);
  const claim = (n: number) =>
    predict(chatflowId, {
      authorization: "Bearer nonsense",
      headers: { "X-Flowlatch-Peer": "192.0.2.40", ...claims(`198.51.100.${n}`) },
    });
  let refused = 0;
  while (refused < 100 && (await claim(refused)).status === 401) refused++;
  // The burst, and one a second while they came.
  expect(refused).toBeGreaterThanOrEqual(30);
  expect(refused).toBeLessThan(60);
});

test("a key's list of addresses goes by where a call comes from, not by what it claims (ASVS 4.1.3, 15.3.4)", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await setAllowedAddresses(ctx, { id: key.id, allowedAddresses: ["198.51.100.0/24"] });
  const call = async (peer: string, claimed: string) => {
    const headers = { "X-Flowlatch-Peer": peer, ...claims(claimed) };
    const response = await predict(chatflowId, { token: key.token, headers });
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  expect(await call("203.0.113.1", "198.51.100.7")).toEqual([403, "address_not_allowed"]);
  expect(await call("198.51.100.7", "203.0.113.1")).toEqual([200, undefined]);
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
