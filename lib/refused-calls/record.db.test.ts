import { beforeEach, describe, expect, test, vi } from "vitest";
import * as mcp from "@/app/api/mcp/[chatflowId]/route";
import * as chatCompletions from "@/app/api/openai/v1/chat/completions/route";
import * as model from "@/app/api/openai/v1/models/[chatflowId]/route";
import * as models from "@/app/api/openai/v1/models/route";
import * as responses from "@/app/api/openai/v1/responses/route";
import { POST } from "@/app/api/v1/prediction/[chatflowId]/route";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { newId } from "@/lib/ids";
import { settleLater } from "@/lib/later";
import { log } from "@/lib/log";
import { listRefusedCalls } from "@/lib/refused-calls/list";
import { predict, type TestCall } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createWorkspace } from "@/lib/testing/fixtures";

const db = await testDatabase();
let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
beforeEach(async () => {
  await settleLater();
  await db.pool.query("DELETE FROM refused_call");
  guarded = await createGuardedChatflow(db);
});

/** Makes a call that is refused, and finds it by the request id of its answer. */
async function refusedCall(call: TestCall, chatflowId = guarded.chatflowId) {
  const { requestId } = (await (await predict(chatflowId, call)).json()) as { requestId: string };
  await settleLater();
  const { items } = await listRefusedCalls(guarded.ctx, { search: requestId });
  return items[0];
}

test("a refused call is found by the request id of its answer, with what is known of it", async () => {
  const { ctx, key, chatflowId } = guarded;
  await db.prisma.apiKey.update({ where: { id: key.id }, data: { disabledAt: new Date(0) } });
  expect(await refusedCall({ token: key.token })).toMatchObject({
    reason: "disabled_key",
    lastFour: key.token.slice(-4),
    apiKey: { id: key.id, name: "Website", exists: true },
    chatflow: { id: chatflowId, name: "Support", exists: true },
    calls: 1,
  });
  await db.prisma.apiKey.update({ where: { id: key.id }, data: { disabledAt: null } });
  await setApiKeyLimits(ctx, { id: key.id, limits: [{ kind: "quota", per: "month", max: 1 }] });
  await predict(chatflowId, { token: key.token });
  expect(await refusedCall({ token: key.token })).toMatchObject({ reason: "limit_reached", apiKey: { id: key.id } });
});

test("calls without a token, with one that is none, and with one nobody knows belong to their chatflow", async () => {
  const token = generateToken();
  const misspelt = `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;
  const anonymous = { apiKey: null, chatflow: { name: "Support" } };
  expect(await refusedCall({})).toMatchObject({ reason: "no_token", lastFour: null, ...anonymous });
  expect(await refusedCall({ token: "nonsense" })).toMatchObject({ reason: "malformed_token", lastFour: null });
  expect(await refusedCall({ token: misspelt })).toMatchObject({ reason: "malformed_token", lastFour: null });
  expect(await refusedCall({ token })).toMatchObject({
    reason: "unknown_token",
    lastFour: token.slice(-4),
    ...anonymous,
  });
});

test("a token in the address is told of by its last four characters", async () => {
  const { token } = guarded.key;
  const expected = { reason: "token_in_query", chatflow: { name: "Support" } };
  expect(await refusedCall({ query: `?apiKey=${token}` })).toMatchObject({ ...expected, lastFour: token.slice(-4) });
  expect(await refusedCall({ query: "?apiKey=old-one" })).toMatchObject({ ...expected, lastFour: null });
});

test("another workspace's key is not told of: the call is in the chatflow's workspace, without the key", async () => {
  const foreign = await createGuardedChatflow(db);
  const call = await refusedCall({ token: foreign.key.token });
  expect(call).toMatchObject({ reason: "foreign_token", apiKey: null, chatflow: { name: "Support" } });
  expect((await listRefusedCalls(foreign.ctx)).items).toEqual([]);
});

test("a good key on a chatflow that is none is its workspace's; of several workspaces a call that names neither is nobody's", async () => {
  await createWorkspace(db);
  const call = await refusedCall({ token: guarded.key.token }, newId());
  expect(call).toMatchObject({ reason: "unknown_chatflow", apiKey: { name: "Website" }, chatflow: null });
  expect(await refusedCall({ token: generateToken() }, newId())).toBeUndefined();
  expect(await refusedCall({ token: "x" }, "' OR 1=1 --")).toBeUndefined();
  expect(await db.prisma.refusedCall.count()).toBe(1);
});

describe("in the dialects of OpenAI and MCP too", () => {
  type Door = (named: string, headers: Record<string, string>, query: string) => Promise<Response>;
  const body = (named: string) => JSON.stringify({ model: named, messages: [], input: "?" });
  const request = (method: string, headers: Record<string, string>, query: string, sent?: string) =>
    new Request(`http://localhost/${query}`, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: sent ?? null,
    });
  const params = (chatflowId: string) => ({ params: Promise.resolve({ chatflowId }) });
  const none = { params: Promise.resolve({}) };
  const doors: [name: string, door: Door, namesChatflow: boolean][] = [
    ["chat/completions", (id, ...rest) => chatCompletions.POST(request("POST", ...rest, body(id)), none), true],
    ["responses", (id, ...rest) => responses.POST(request("POST", ...rest, body(id)), none), true],
    ["models/{id}", (id, ...rest) => model.GET(request("GET", ...rest), params(id)), true],
    ["models", (_, ...rest) => models.GET(request("GET", ...rest), none), false],
    ["mcp/{id}", (id, ...rest) => mcp.POST(request("POST", ...rest, "{}"), params(id)), true],
  ];

  test.each(doors)(
    "what %s refuses unread is recorded, and with its chatflow where one is named",
    async (_, door, namesChatflow) => {
      const { chatflowId, ctx } = guarded;
      const refusals: [reason: string, headers: Record<string, string>, query: string][] = [
        ["malformed_token", { Authorization: "Bearer nonsense" }, ""],
        ["token_in_query", {}, "?api_key=x"],
      ];
      for (const named of [chatflowId, "support"]) {
        for (const [reason, headers, query] of refusals) {
          const statements = await statementsOf(() => door(named, headers, query));
          expect(statements).toEqual([]);
          await settleLater();
          const [call] = (await listRefusedCalls(ctx)).items;
          expect(call).toMatchObject({ reason, chatflow: namesChatflow ? { id: chatflowId, name: "Support" } : null });
          await db.pool.query("DELETE FROM refused_call");
        }
      }
    },
  );

  test("of several workspaces, a slug without a token that works is nobody's: it would tell of another's", async () => {
    const other = await createGuardedChatflow(db);
    for (const [, door] of doors) await door("support", { Authorization: "Bearer nonsense" }, "");
    await settleLater();
    for (const { ctx } of [guarded, other]) expect((await listRefusedCalls(ctx)).items).toEqual([]);
  });

  test("a body that cannot be read is no reason not to record the token", async () => {
    const headers = { "Content-Type": "application/json", Authorization: "Bearer nonsense" };
    for (const sent of ["{", JSON.stringify({ model: 7 }), `"${"x".repeat(1_100_000)}"`]) {
      const call = new Request("http://localhost/", { method: "POST", headers, body: sent });
      expect((await chatCompletions.POST(call, none)).status).toBe(401);
    }
    await settleLater();
    const { items } = await listRefusedCalls(guarded.ctx);
    expect(items.map(({ reason, chatflow }) => [reason, chatflow])).toEqual(Array(3).fill(["malformed_token", null]));
  });
});

test("a call of a key that was deleted before it is written keeps its workspace", async () => {
  const { ctx, key, chatflowId } = guarded;
  const other = await createApiKey(ctx, { name: "Other" });
  await predict(chatflowId, { token: other.token });
  await deleteApiKey(ctx, { id: other.id, confirmName: "Other" });
  await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "key", apiKeyId: key.id } });
  await settleLater();
  expect((await listRefusedCalls(ctx)).items).toMatchObject([{ reason: "other_key", apiKey: null }]);
});

test("no SQL is added to a refused call: none for a token that is none, one statement else", async () => {
  const { chatflowId } = guarded;
  expect(await statementsOf(() => predict(chatflowId, { token: "nonsense" }))).toEqual([]);
  expect(await statementsOf(() => predict(chatflowId, { query: "?key=x" }))).toEqual([]);
  expect(await statementsOf(() => predict(chatflowId, { token: generateToken() }))).toHaveLength(1);
  expect(await statementsOf(() => settleLater())).toHaveLength(1);
  expect(await statementsOf(() => settleLater())).toEqual([]);
});

test("no token and none of a caller's own text gets into a row or a log line", async () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0);
  const level = log().level;
  log().level = "debug";
  const { chatflowId, key } = guarded;
  try {
    const forged = 'x"}\u2028{"level":50,"msg":"forged"';
    const calls: Request[] = [
      new Request(`http://localhost/?token=${key.token}%0A%7B%22level%22:50%7D`, { method: "POST" }),
      new Request("http://localhost/", { method: "POST", headers: { authorization: `Bearer ${key.token}x` } }),
      new Request("http://localhost/", { method: "POST", headers: { "x-request-id": encodeURIComponent(forged) } }),
      new Request("http://localhost/", { method: "POST", headers: { "x-forwarded-for": "1.2.3.4\t{forged}" } }),
    ];
    for (const request of calls) {
      const answer = await POST(request, { params: Promise.resolve({ chatflowId }) });
      expect(answer.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
    }
    await settleLater();
  } finally {
    log().level = level;
    write.mockRestore();
  }
  const { rows } = await db.pool.query("SELECT row_to_json(row)::text AS row FROM refused_call row");
  expect(rows.length).toBeGreaterThanOrEqual(2);
  for (const text of [...rows.map(({ row }) => row), ...written]) {
    expect(text).not.toContain(key.token.slice(4, -4));
    expect(text).not.toMatch(/forged|[\u2028\n]./);
  }
});

test("five thousand refused calls are all accounted for, in one statement and few rows", async () => {
  const { chatflowId, ctx } = guarded;
  for (let n = 0; n < 5_000; n++) expect((await predict(chatflowId, { token: "nonsense" })).status).toBe(401);
  const statements = await statementsOf(() => settleLater());
  expect(statements).toHaveLength(1);
  const { rows } = await db.pool.query("SELECT count(*)::int AS rows, sum(calls)::int AS calls FROM refused_call");
  expect(rows[0].calls).toBe(5_000);
  // A minute may turn meanwhile.
  expect(rows[0].rows).toBeLessThanOrEqual(2 * 121);
  const { items } = await listRefusedCalls(ctx);
  expect(items[0]?.calls).toBeGreaterThan(1_000);
});

test("while the database is away a refused call is answered as ever, and what was to be written is dropped", async () => {
  const { chatflowId } = guarded;
  const warned = vi.spyOn(log(), "warn");
  await predict(chatflowId, { token: "nonsense" });
  await predict(chatflowId, { token: "nonsense" });
  await db.takeAway();
  await settleLater();
  const lines = warned.mock.calls.filter(([, message]) => message === "refused calls could not be recorded");
  expect(lines).toEqual([[{ rows: expect.any(Number), code: "database_unavailable" }, expect.anything()]]);
  expect((await predict(chatflowId, { token: "nonsense" })).status).toBe(401);
});
