import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { describe, expect, test } from "vitest";
import { POST } from "@/app/api/mcp/[chatflowId]/route";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import { settleLater } from "@/lib/later";
import { cursorConfig } from "@/lib/snippets/mcp";
import { openingFollowUp, predict, openingQuestion as question } from "@/lib/testing/call";
import { clientStage } from "@/lib/testing/client-stage";
import { statementsOf } from "@/lib/testing/count-statements";
import { eventually } from "@/lib/testing/eventually";
import { createGuardedChatflow, createKnowledgeChatflow, createPublicChatflow } from "@/lib/testing/fixtures";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { never } from "@/lib/testing/provider-server";

const { db, url, provider, guarded } = await clientStage();
const opening = "The workshop opens at nine";

const urlOf = (chatflow: string) => new URL(`${url}/api/mcp/${chatflow}`);
const headersOf = (token: string | null): Record<string, string> => (token ? { Authorization: `Bearer ${token}` } : {});

/** The official client, connected: as it is by itself, or on the protocol's version of July 2026. */
async function connect(chatflow: string, token: string | null = guarded.key.token, pin?: string): Promise<Client> {
  const client = new Client({ name: "tests", version: "1" }, pin ? { versionNegotiation: { mode: { pin } } } : {});
  const requestInit = { headers: headersOf(token) };
  await client.connect(new StreamableHTTPClientTransport(urlOf(chatflow), { requestInit }));
  return client;
}

/** Calls the one tool of a chatflow called "Support", or of this slug. */
const ask = (client: Client, args: Record<string, unknown> = { question }, { slug = "support", ...options } = {}) =>
  client.callTool({ name: `ask_${slug}`, arguments: args }, options);

/** What the client makes of a refusal. */
async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string; message: string }> {
  const error = (await call.then(
    () => expect.unreachable("it was answered"),
    (thrown) => thrown,
  )) as { data: { status: number; text: string } };
  const { message, data } = JSON.parse(error.data.text).error;
  return { status: error.data.status, code: data.code, message };
}

describe.each([
  ["as it is", undefined],
  ["on the protocol's version of July 2026", "2026-07-28"],
])("the official client, %s,", (_, pin) => {
  test("finds one tool, calls it, and goes on with its session", async () => {
    const client = await connect(guarded.chatflowId, guarded.key.token, pin);
    expect(client.getServerVersion()).toMatchObject({ name: "support", title: "Support" });
    const { tools } = await client.listTools();
    expect(tools).toMatchObject([
      { name: "ask_support", title: "Ask Support", description: expect.stringContaining("Support") },
    ]);
    expect(tools[0]?.inputSchema).toMatchObject({ required: ["question"] });

    const first = await ask(client);
    expect(first.content).toEqual([{ type: "text", text: expect.stringContaining(opening) }]);
    expect(first.structuredContent).toMatchObject({
      answer: expect.stringContaining(opening),
      sources: [{ metadata: { source: "handbook.md" } }],
    });
    const { sessionId } = first.structuredContent as { sessionId: string };
    const next = await ask(client, { question: openingFollowUp, sessionId });
    expect(next.structuredContent).toMatchObject({ answer: expect.stringContaining(opening), sessionId });
    const alone = await ask(client, { question: openingFollowUp });
    expect(JSON.stringify(alone.content)).not.toContain(opening);
    const rows = await db.prisma.prediction.findMany({ select: { credentialId: true, status: true } });
    expect(rows).toEqual(Array(3).fill({ credentialId: guarded.key.id, status: "ok" }));
  });
});

test("the official client is told what is wrong with a token, a chatflow and a key", async () => {
  const { ctx, chatflowId } = guarded;
  const other = await createApiKey(ctx, { name: "Other" });
  const cases: [chatflow: string, token: string | null, status: number, code: string][] = [
    [chatflowId, null, 401, "unauthenticated"],
    [chatflowId, "nonsense", 401, "invalid_token"],
    [chatflowId, generateToken(), 401, "invalid_token"],
    [chatflowId, other.token, 403, "insufficient_scope"],
    ["nowhere", other.token, 404, "not_found"],
  ];
  for (const [chatflow, token, status, code] of cases) {
    expect(await refusal(connect(chatflow, token))).toMatchObject({ status, code });
  }
});

const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "ask_support", arguments: { question } } };

function post(chatflow: string, token: string | null, message: unknown, more: Record<string, string> = {}) {
  const accept = { Accept: "application/json, text/event-stream", "Content-Type": "application/json" };
  return fetch(urlOf(chatflow), {
    method: "POST",
    headers: { ...accept, ...headersOf(token), ...more },
    body: JSON.stringify(message),
  });
}

test("an answer that is a stream is neither kept, held back nor changed on its way, and one that is none is not kept", async () => {
  const { chatflowId, key } = guarded;
  const streamed = await post(chatflowId, key.token, call);
  expect(Object.fromEntries(streamed.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-store, no-transform",
    "x-accel-buffering": "no",
  });
  expect(await streamed.text()).toContain(opening);
  const { id: _, ...notification } = { ...call, method: "notifications/initialized", params: {} };
  const whole = await post(chatflowId, key.token, notification);
  expect([whole.status, whole.headers.get("cache-control")]).toEqual([202, "no-store"]);
});

test("the dialog's sample for Cursor connects as it stands", async () => {
  const auth = { kind: "literal", token: guarded.key.token } as const;
  const { chatflowId } = guarded;
  const config = cursorConfig({ baseUrl: url, chatflowId, slug: "support", question, auth, streaming: false });
  const { url: address, headers } = JSON.parse(config).mcpServers.support;
  const client = new Client({ name: "tests", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(address), { requestInit: { headers } }));
  expect(JSON.stringify(await ask(client))).toContain(opening);
});

test("a public chatflow needs no token, and one of the workspace is named by its slug", async () => {
  const { chatflowId } = await createPublicChatflow(db);
  expect(JSON.stringify(await ask(await connect(chatflowId, null)))).toContain(opening);
  expect(JSON.stringify(await ask(await connect("support")))).toContain(opening);
});

test("only questions count against the limits, and one over them is refused with Retry-After and recorded", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await setApiKeyLimits(ctx, { id: key.id, limits: [{ kind: "rate", per: "day", max: 1 }] });
  const client = await connect(chatflowId, key.token);
  await client.listTools();
  expect(await ask(client, { question: 7 })).toMatchObject({ isError: true });
  expect(JSON.stringify(await ask(client))).toContain(opening);
  expect(await refusal(ask(client))).toEqual({
    status: 429,
    code: "limit_reached",
    message: "This API key has reached its limit of 1 call per day.",
  });
  const { status, headers } = await post(chatflowId, key.token, call);
  expect([status, headers.get("ratelimit")]).toEqual([429, expect.stringMatching(/^"day";r=0/)]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(60);
  await settleLater();
  const rows = await db.prisma.refusedCall.findMany({ where: { apiKeyId: key.id } });
  expect(rows.map(({ reason, chatflowId: id }) => [reason, id])).toEqual(Array(2).fill(["limit_reached", chatflowId]));
});

test("a question costs two statements besides the engine's search, every other message one", async () => {
  const client = await connect(guarded.chatflowId);
  const listing = await statementsOf(() => client.listTools());
  expect(listing).toHaveLength(1);
  const asking = await statementsOf(() => ask(client));
  expect(asking.filter((sql) => !sql.includes("passage"))).toHaveLength(2);
});

test("what the model cannot answer is told to whoever called the tool", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const client = await connect(chatflowId, key.token);
  provider.reply({ status: 401 });
  const failed = await ask(client, { question }, { slug: "assistant" });
  expect(failed).toMatchObject({
    isError: true,
    content: [{ type: "text", text: expect.stringContaining("provider") }],
  });
});

test.each([
  ["tells so", undefined],
  ["hangs up", "2026-07-28"],
])("a client that cancels a question and %s stops the model, and that of nobody else", async (_, pin) => {
  provider.reply({ steps: ["Hello", never] }, { steps: ["Hello", never] });
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const [one, other] = [await connect(chatflowId, key.token, pin), await connect(chatflowId, key.token, pin)];
  const begin = (client: Client) => {
    const cancel = new AbortController();
    const options = { slug: "assistant", signal: cancel.signal };
    return { cancel, asked: ask(client, { question }, options).catch(() => "left") };
  };
  // Both requests have the same id.
  const [first, second] = [begin(one), begin(other)];
  await eventually(() => provider.received[1]);
  first.cancel.abort();
  expect(await first.asked).toBe("left");
  await eventually(() => provider.received.some(({ hungUpAt }) => hungUpAt));
  await eventually(() => db.prisma.prediction.findFirst({ where: { status: "aborted", chatflowId } }));
  expect(provider.received.filter(({ hungUpAt }) => hungUpAt)).toHaveLength(1);
  second.cancel.abort();
  await second.asked;
  await eventually(() => provider.received.every(({ hungUpAt }) => hungUpAt));
});

test("a client whose token is revoked is refused from its next message on", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const client = await connect(chatflowId, key.token);
  expect(JSON.stringify(await ask(client))).toContain(opening);
  await deleteApiKey(ctx, { id: key.id, confirmName: key.name });
  expect(await refusal(ask(client))).toMatchObject({ status: 401, code: "invalid_token" });
  expect(await refusal(client.listTools())).toMatchObject({ status: 401, code: "invalid_token" });
});

test("a bad token and another chatflow's key are answered as by the prediction endpoint", async () => {
  const { ctx, chatflowId } = guarded;
  const other = await createApiKey(ctx, { name: "Another chatflow's" });
  for (const token of [generateToken(), other.token]) {
    const answer = await post(chatflowId, token, call);
    const expected = await predict(chatflowId, { token });
    const { code, message } = (await expected.json()) as { code: string; message: string };
    expect(answer.status).toBe(expected.status);
    expect(await answer.json()).toMatchObject({ jsonrpc: "2.0", id: null, error: { message, data: { code } } });
    // A challenge beside 403 would send clients through a step of OAuth that is not there.
    const challenge = answer.status === 401 ? expected.headers.get("www-authenticate") : null;
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
  }
  expect((await post(chatflowId, null, call)).headers.get("www-authenticate")).toBe('Bearer realm="flowlatch"');
});

test("a page of another website is refused before its token is looked at, also one that the server's name was bent to", async () => {
  const { chatflowId, key } = guarded;
  const { host } = urlOf(chatflowId);
  for (const origin of ["https://evil.example", `http://${host}`, "null"]) {
    const before = await statementsOf(async () => {
      const answer = await post(chatflowId, key.token, call, { Origin: origin });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ error: { data: { code: "forbidden" } } });
    });
    expect(before).toEqual([]);
  }
});

test("a body over the limit is refused unread, and other verbs are told that there is no stream and no session", async () => {
  const { chatflowId, key } = guarded;
  const large = new Request(urlOf(chatflowId), {
    method: "POST",
    headers: { ...headersOf(key.token), "Content-Type": "application/json" },
    body: JSON.stringify({ ...call, padding: "x".repeat(1_100_000) }),
  });
  const refused = await POST(large, { params: Promise.resolve({ chatflowId }) });
  expect([refused.status, (await refused.json()).error.data.code]).toEqual([413, "payload_too_large"]);
  for (const method of ["GET", "DELETE"]) {
    const headers = { ...headersOf(key.token), Accept: "text/event-stream" };
    const answer = await fetch(urlOf(chatflowId), { method, headers });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    expect(await answer.json()).toMatchObject({ error: { data: { code: "method_not_allowed" } } });
  }
});

test("what is no message of the protocol is refused in its own words", async () => {
  const { chatflowId, key } = guarded;
  const answer = async (message: unknown) => {
    const response = await post(chatflowId, key.token, message);
    return { status: response.status, body: await response.text() };
  };
  expect(await answer([call, call])).toMatchObject({
    status: 400,
    body: expect.stringContaining("one JSON-RPC message"),
  });
  expect((await answer({ hello: 1 })).status).toBe(400);
  const blank = { ...call, params: { name: "ask_support", arguments: { question: " " } } };
  expect(await answer(blank)).toMatchObject({ status: 422, body: expect.stringContaining("question cannot be empty") });
  const unknown = await answer({ ...call, params: { name: "delete_everything", arguments: {} } });
  expect(unknown.body).toMatch(/delete_everything not found/);
  expect(await db.prisma.prediction.count()).toBe(0);
  await createKnowledgeChatflow(guarded.ctx, "Closed here");
  expect(await refusal(connect("closed-here"))).toMatchObject({ status: 403, code: "chatflow_closed" });
});
