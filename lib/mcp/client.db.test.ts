import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import { settleLater } from "@/lib/later";
import { cursorConfig } from "@/lib/snippets/mcp";
import { openingFollowUp, openingQuestion as question } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createGuardedChatflow, createKnowledgeChatflow, createPublicChatflow } from "@/lib/testing/fixtures";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { never, startProviderServer } from "@/lib/testing/provider-server";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase({ emptyBeforeEach: false });
const server = await serveRoutes();
const provider = await startProviderServer();
afterAll(async () => {
  await server.close();
  await provider.close();
});

const opening = "The workshop opens at nine";
let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
beforeAll(async () => {
  guarded = await createGuardedChatflow(db);
});
beforeEach(async () => {
  await db.prisma.prediction.deleteMany();
});

const urlOf = (chatflow: string) => new URL(`${server.url}/api/mcp/${chatflow}`);
const headersOf = (token: string | null): Record<string, string> => (token ? { Authorization: `Bearer ${token}` } : {});

/** The official client, connected: as it is by itself, or on the protocol's version of July 2026. */
async function connect(chatflow: string, token: string | null = guarded.key.token, pin?: string): Promise<Client> {
  const client = new Client({ name: "tests", version: "1" }, pin ? { versionNegotiation: { mode: { pin } } } : {});
  const requestInit = { headers: headersOf(token) };
  await client.connect(new StreamableHTTPClientTransport(urlOf(chatflow), { requestInit }));
  return client;
}

const ask = (client: Client, args: Record<string, unknown> = { question }, options = {}) =>
  client.callTool({ name: "ask", arguments: args }, options);

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
    expect(tools).toMatchObject([{ name: "ask", description: expect.stringContaining("Support") }]);
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

function post(chatflow: string, token: string | null, message: unknown): Promise<Response> {
  const accept = { Accept: "application/json, text/event-stream", "Content-Type": "application/json" };
  return fetch(urlOf(chatflow), {
    method: "POST",
    headers: { ...accept, ...headersOf(token) },
    body: JSON.stringify(message),
  });
}

test("the dialog's sample for Cursor connects as it stands", async () => {
  const auth = { kind: "literal", token: guarded.key.token } as const;
  const { chatflowId } = guarded;
  const config = cursorConfig({ baseUrl: server.url, chatflowId, slug: "support", question, auth, streaming: false });
  const { url, headers } = JSON.parse(config).mcpServers.support;
  const client = new Client({ name: "tests", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
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
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "ask", arguments: { question } } };
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

test("what the model cannot answer is told to whoever called the tool, and hanging up stops it", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const client = await connect(chatflowId, key.token);
  provider.reply({ status: 401 });
  const failed = await ask(client);
  expect(failed).toMatchObject({
    isError: true,
    content: [{ type: "text", text: expect.stringContaining("provider") }],
  });
  provider.reset();
  provider.reply({ steps: ["Hello", never] });
  const hangUp = new AbortController();
  const asked = ask(client, { question }, { signal: hangUp.signal }).catch(() => "left");
  await eventually(() => provider.received[0]);
  hangUp.abort();
  expect(await asked).toBe("left");
  await client.close();
  await eventually(() => provider.received[0]?.hungUpAt);
  const row = await eventually(() => db.prisma.prediction.findFirst({ where: { status: "aborted" } }));
  expect(row).toMatchObject({ chatflowId });
});

test("what is no message of the protocol is refused in its own words", async () => {
  const { chatflowId, key } = guarded;
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "ask", arguments: { question } } };
  const answer = async (message: unknown) => {
    const response = await post(chatflowId, key.token, message);
    return { status: response.status, body: await response.text() };
  };
  expect(await answer([call, call])).toMatchObject({
    status: 400,
    body: expect.stringContaining("one JSON-RPC message"),
  });
  expect((await answer({ hello: 1 })).status).toBe(400);
  const blank = { ...call, params: { name: "ask", arguments: { question: " " } } };
  expect(await answer(blank)).toMatchObject({ status: 422, body: expect.stringContaining("question cannot be empty") });
  const unknown = await answer({ ...call, params: { name: "delete_everything", arguments: {} } });
  expect(unknown.body).toMatch(/delete_everything not found/);
  expect((await fetch(urlOf(chatflowId))).status).toBe(405);
  expect((await fetch(urlOf(chatflowId), { method: "DELETE" })).status).toBe(405);
  expect(await db.prisma.prediction.count()).toBe(0);
  await createKnowledgeChatflow(guarded.ctx, "Closed here");
  expect(await refusal(connect("closed-here"))).toMatchObject({ status: 403, code: "chatflow_closed" });
});
