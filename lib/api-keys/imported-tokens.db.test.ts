import { afterAll, beforeAll, expect, test } from "vitest";
import { POST as revoke } from "@/app/api/v1/tokens/revoke/route";
import { getApiKey } from "@/lib/api-keys/detail";
import { listApiKeys } from "@/lib/api-keys/list";
import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { revokeToken } from "@/lib/api-keys/revoke";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { maskToken } from "@/lib/api-keys/schema";
import { generateToken, parseToken } from "@/lib/api-keys/token";
import { getChatflow } from "@/lib/chatflows/read";
import { newId } from "@/lib/ids";
import { comparable, predict } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { flowiseToken, giveFlowiseToken } from "@/lib/testing/flowise-token";

const db = await testDatabase();
const shared = globalThis as { flowlatchTellsPeers?: true };

beforeAll(() => {
  shared.flowlatchTellsPeers = true;
});
afterAll(() => {
  delete shared.flowlatchTellsPeers;
});

/** A guarded chatflow whose key has the token it had at Flowise. */
async function moved() {
  const made = await createGuardedChatflow(db);
  return { ...made, token: await giveFlowiseToken(db, made.key.id) };
}

const callFrom = (address: string) => (chatflowId: string, token: string) =>
  predict(chatflowId, { token, headers: { "X-Flowlatch-Peer": address } });

test("a token of Flowise opens what its key opens, in the two statements that any token costs", async () => {
  const { chatflowId, key, token } = await moved();
  const own = await createGuardedChatflow(db);
  const call = callFrom("192.0.2.50");
  const status = async (id: string, given: string) => (await call(id, given)).status;
  const statements = await statementsOf(async () => expect(await status(chatflowId, token)).toBe(200));
  expect(statements.filter((sql) => !sql.includes("passage"))).toHaveLength(2);
  expect(await statementsOf(() => call(own.chatflowId, own.key.token))).toEqual(statements);
  expect(await status(chatflowId, key.token)).toBe(401);
  expect(await status(own.chatflowId, token)).toBe(401);
});

test("an unknown one costs one statement and a guess, and is answered as any other token that does not work", async () => {
  const { chatflowId, token } = await moved();
  const call = callFrom("192.0.2.51");
  const statements = await statementsOf(async () => {
    const answers = [flowiseToken(), generateToken(), "nonsense"].map((bad) => call(chatflowId, bad));
    const [flowise, ours, nonsense] = await Promise.all((await Promise.all(answers)).map(comparable));
    expect(flowise).toMatchObject({ status: 401 });
    expect(flowise).toEqual(ours);
    expect(flowise).toEqual(nonsense);
  });
  expect(statements).toHaveLength(2);
  // The burst is thirty, and one a second while they came.
  let refused = 3;
  while (refused < 100 && (await call(chatflowId, flowiseToken())).status === 401) refused++;
  expect(refused).toBeGreaterThanOrEqual(30);
  expect(refused).toBeLessThan(100);
  expect((await call(chatflowId, token)).status).toBe(200);
});

test("one in a query string is refused and not repeated, whatever it is called", async () => {
  const { chatflowId, token } = await moved();
  for (const query of [`?x=${token}`, `?session=Bearer%20${token}`, `?${token}`, `?access_token=${token}`]) {
    const response = await predict(chatflowId, { token, query });
    expect(response.status).toBe(400);
    const body = await response.text();
    expect(body).toContain("token_in_query");
    expect(body).not.toContain(token.slice(0, 20));
  }
});

test("one that was found somewhere is ended by whoever holds it", async () => {
  const { chatflowId, key, token } = await moved();
  const request = new Request("http://localhost/api/v1/tokens/revoke", {
    method: "POST",
    body: JSON.stringify({ token }),
    headers: { "Content-Type": "application/json", "X-Flowlatch-Peer": "192.0.2.52" },
  });
  expect((await revoke(request, { params: Promise.resolve({}) })).status).toBe(200);
  expect((await callFrom("192.0.2.53")(chatflowId, token)).status).toBe(401);
  const again = await revokeToken({ db, now: new Date(), requestId: newId(), address: null }, token);
  expect(again).toMatchObject({ id: key.id, lastFour: token.slice(-4), source: "flowise", was: "ended" });
});

test("a regeneration makes it an old token, and the key's new one is ours", async () => {
  const { ctx, chatflowId, key, token } = await moved();
  expect(await listApiKeys(ctx, { attention: "imported" })).toMatchObject({ items: [{ tokenSource: "flowise" }] });
  const renewed = await regenerateApiKey(ctx, { id: key.id, oldTokenStops: new Date(Date.now() + 3_600_000) });
  const call = callFrom("192.0.2.54");
  expect((await call(chatflowId, token)).status).toBe(200);
  expect((await call(chatflowId, renewed.token)).status).toBe(200);
  expect(await listApiKeys(ctx, { attention: "imported" })).toMatchObject({ items: [] });
  const { tokens, tokenSource } = await getApiKey(ctx, key.id);
  expect({ tokenSource, sources: tokens.map(({ source }) => source) }).toEqual({
    tokenSource: null,
    sources: [null, "flowise"],
  });
});

test("nothing shows it as one of ours, and a search finds it by its end, by its mask and pasted whole", async () => {
  const { ctx, chatflowId, token } = await moved();
  const shown = { lastFour: token.slice(-4), tokenSource: "flowise" };
  expect(maskToken(token.slice(-4), "flowise")).toBe(`…${token.slice(-4)}`);
  for (const search of [token.slice(-4), `…${token.slice(-4)}`, token, ""]) {
    expect((await listApiKeys(ctx, { search })).items).toMatchObject([shown]);
  }
  expect(await searchApiKeyOptions(ctx)).toMatchObject([shown]);
  expect(await getChatflow(ctx, chatflowId)).toMatchObject({ apiKey: shown });
});

test("the database holds its digest and its last four characters, and nothing else of it", async () => {
  const { token } = await moved();
  expect(parseToken(token)).toBe(token);
  const { rows } = await db.pool.query(
    "SELECT to_jsonb(k) AS key, to_jsonb(s) AS secret FROM api_key k, api_key_secret s",
  );
  expect(JSON.stringify(rows)).not.toContain(token.slice(0, 20));
});
