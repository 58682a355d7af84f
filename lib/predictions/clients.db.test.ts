import { connect } from "node:net";
import { text } from "node:stream/consumers";
import flowise from "flowise-sdk";
import { afterAll, expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { addFurtherKey } from "@/lib/chatflows/further-keys";
import { newId } from "@/lib/ids";
import { openingFollowUp, openingQuestion } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createPublicChatflow } from "@/lib/testing/fixtures";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase();
const server = await serveRoutes();
afterAll(() => server.close());
const opening = "The workshop opens at nine";
const question = openingQuestion;

/** flowise-sdk as it is on npm; only its base URL is ours. */
const client = (apiKey?: string) => new flowise.FlowiseClient({ baseUrl: server.url, ...(apiKey && { apiKey }) });

test("flowise-sdk gets an answer with its key", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const answer = await client(key.token).createPrediction({ chatflowId, question });
  expect(answer).toMatchObject({ text: expect.stringContaining(opening), question, chatId: expect.any(String) });
});

test("flowise-sdk streams an answer with its key", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const stream = await client(key.token).createPrediction({ chatflowId, question, streaming: true });
  const events: { event: string; data: string }[] = [];
  for await (const event of stream as AsyncIterable<{ event: string; data: string }>) events.push(event);
  const names = events.map(({ event }) => event);
  expect([names[0], names[1], names.at(-2), names.at(-1)]).toEqual(["start", "token", "metadata", "end"]);
  const streamed = events.flatMap(({ event, data }) => (event === "token" ? [data] : [])).join("");
  expect(streamed).toContain(opening);
});

test("flowise-sdk calls a public chatflow without a key, and is told when one is missing", async () => {
  const open = await createPublicChatflow(db);
  expect(await client().createPrediction({ chatflowId: open.chatflowId, question })).toMatchObject({ question });
  const { chatflowId } = await createGuardedChatflow(db);
  expect(await client().createPrediction({ chatflowId, question })).toMatchObject({
    status: 401,
    message: expect.any(String),
  });
  const refused = await client("wrong").createPrediction({ chatflowId, question, streaming: true });
  await expect(Array.fromAsync(refused as AsyncIterable<unknown>)).rejects.toThrow("HTTP error! status: 401");
});

test("flowise-sdk's sessions: a follow-up knows what was said, and another key's session of that id is not shown", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const other = await createApiKey(ctx, { name: "Other" });
  await addFurtherKey(ctx, { id: chatflowId, apiKeyId: other.id });
  const ask = (token: string, question: string, sessionId = "customer 7") =>
    client(token).createPrediction({ chatflowId, question, overrideConfig: { sessionId } });
  const first = await ask(key.token, openingQuestion);
  expect(first).toMatchObject({ sessionId: "customer 7", memoryType: "Session memory" });
  // Only somebody who was asked before what "it" is finds anything.
  const remembers = { text: expect.stringContaining("closes at five") };
  expect(await ask(other.token, openingFollowUp)).not.toMatchObject(remembers);
  expect(await ask(key.token, openingFollowUp, "customer 8")).not.toMatchObject(remembers);
  expect(await ask(key.token, openingFollowUp)).toMatchObject(remembers);
});

test("whether a chatflow streams is told to anybody, and nothing else", async () => {
  const { chatflowId } = await createGuardedChatflow(db);
  const ask = (id: string) => fetch(`${server.url}/api/v1/chatflows-streaming/${id}`);
  const known = await ask(chatflowId);
  expect([known.status, await known.json()]).toEqual([200, { isStreaming: true }]);
  for (const id of [newId(), "no-uuid"]) expect((await ask(id)).status).toBe(404);
});

test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE"])(
  "%s on a prediction is 405 and says what is allowed",
  async (method) => {
    const response = await fetch(`${server.url}/api/v1/prediction/${newId()}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
  },
);

test("OPTIONS and ping answer without a database", async () => {
  const options = await fetch(`${server.url}/api/v1/prediction/${newId()}`, { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
  expect(await (await fetch(`${server.url}/api/v1/ping`)).text()).toBe("pong");
});

test("no page of another origin reads an answer: none is listed, so none is ever named (ASVS 3.4.2)", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const preflight = { "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization" };
  const call = (method: string, headers: Record<string, string>) =>
    fetch(`${server.url}/api/v1/prediction/${chatflowId}`, {
      method,
      headers: { Origin: "https://elsewhere.example", "Content-Type": "application/json", ...headers },
      ...(method === "POST" && { body: JSON.stringify({ question }) }),
    });
  const answers = [
    await call("POST", { Authorization: `Bearer ${key.token}` }),
    await call("POST", {}),
    await call("OPTIONS", preflight),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 204]);
  for (const { headers } of answers) {
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

/** One request as bytes on a socket, for what fetch would not send. */
async function raw(lines: string[], body: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write([...lines, "Host: localhost", "Connection: close", "", body].join("\r\n"));
  return await text(socket);
}

test("of two Authorization headers the second never counts", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const other = await createApiKey(ctx, { name: "Other" });
  const body = JSON.stringify({ question });
  const call = (...tokens: string[]) =>
    raw(
      [
        `POST /api/v1/prediction/${chatflowId} HTTP/1.1`,
        ...tokens.map((token) => `Authorization: ${token}`),
        "Content-Type: application/json",
        `Content-Length: ${Buffer.byteLength(body)}`,
      ],
      body,
    );
  expect(await call(`Bearer ${key.token}`)).toMatch(/^HTTP\/1.1 200/);
  for (const first of [`Bearer ${other.token}`, "Bearer nonsense", "Basic dXNlcjpwYXNz", ""]) {
    expect(await call(first, `Bearer ${key.token}`)).toMatch(/^HTTP\/1.1 40[13]/);
  }
});

test("a chunked body without Content-Length is counted as it comes", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const chunk = `${(65_536).toString(16)}\r\n${" ".repeat(65_536)}\r\n`;
  const answer = await raw(
    [
      `POST /api/v1/prediction/${chatflowId} HTTP/1.1`,
      `Authorization: Bearer ${key.token}`,
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
    ],
    `${chunk.repeat(17)}0\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 413/);
});
