import { afterAll, beforeEach, expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { predict } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createFlowiseChatflow, type FlowiseChatflowOptions } from "@/lib/testing/flowise-chatflow";
import { type FlowiseStep, heardWords, startFlowiseServer } from "@/lib/testing/flowise-server";

const db = await testDatabase();
const flowise = await startFlowiseServer();
afterAll(() => flowise.close());
beforeEach(() => flowise.reset());

async function chatflow(options: FlowiseChatflowOptions = {}) {
  const made = await createFlowiseChatflow(db, flowise, options);
  const call = async (body: object, token = made.key.token) => await predict(made.chatflowId, { token, body });
  const ask = async (body: object, token?: string) => await (await call(body, token)).json();
  return { ...made, call, ask };
}

/** A streamed answer's events. */
async function eventsIn(response: Response): Promise<{ event: string; data: unknown }[]> {
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const frames = (await response.text()).trimEnd().split("\n\n");
  return frames.map((frame) => JSON.parse(frame.replace(/^message:\ndata:/, "")));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("a flow answers as JSON and frame by frame: what it says is Flowise's, its ids are ours, and it is recorded", async () => {
  const { call } = await chatflow();
  const answer = await (await call({ question: "Hi?", chatId: "c", sessionId: "s" })).json();
  const row = await db.prisma.prediction.findFirst();
  expect(answer).toEqual({
    text: "Hello there.",
    question: "Hi?",
    chatId: "c",
    chatMessageId: row?.id,
    sessionId: "s",
    isStreamValid: true,
    memoryType: "Buffer Memory",
  });
  const events = await eventsIn(await call({ question: "Hi?", chatId: "c", sessionId: "s", streaming: true }));
  expect(events).toEqual([
    { event: "start", data: "" },
    { event: "token", data: "Hello" },
    { event: "token", data: " there." },
    {
      event: "metadata",
      data: {
        chatId: "c",
        chatMessageId: expect.not.stringMatching(row?.id ?? ""),
        question: "Hi?",
        sessionId: "s",
        memoryType: "Buffer Memory",
      },
    },
    { event: "end", data: "[DONE]" },
  ]);
  const rows = await db.prisma.prediction.findMany();
  expect(rows.map(({ status, answer, sessionId }) => [status, answer, sessionId])).toEqual(
    Array(2).fill(["ok", "Hello there.", "s"]),
  );
});

const sources = [{ pageContent: "Nine to five.", metadata: { source: "hours.pdf", loc: { pageNumber: 2 } } }];
const tools = [{ tool: "search", toolInput: { q: "x" }, toolOutput: "y" }];
const steps: FlowiseStep[] = [
  { event: "agentFlowEvent", data: "INPROGRESS" },
  { event: "thinking", data: "Hm." },
  { event: "thinking", data: "", duration: 2 },
  { event: "nextAgentFlow", data: { nodeId: "llm_0", nodeLabel: "LLM", status: "INPROGRESS" } },
  "Hel",
  { event: "usedTools", data: tools },
  "lo",
  { event: "somethingNew", data: { deep: [1, null, "ü"] } },
  { event: "usageMetadata", data: { input_tokens: 5, output_tokens: 2, total_tokens: 7 } },
  { event: "sourceDocuments", data: sources },
];

test("events of a flow reach the caller unchanged and in their order, known or not", async () => {
  const { call } = await chatflow({ flow: "Research" });
  flowise.reply({ steps }, { steps });
  const events = await eventsIn(await call({ question: "Hi?", streaming: true }));
  const inner = events.slice(1, -2);
  expect(inner).toEqual(steps.map((step) => (typeof step === "string" ? { event: "token", data: step } : step)));
  expect(events.at(-2)?.data).toMatchObject({ usage: { inputTokens: 5, outputTokens: 2 } });
  const row = await db.prisma.prediction.findFirst();
  expect(row).toMatchObject({ answer: "Hello", sources, usage: { inputTokens: 5, outputTokens: 2 } });

  const answer = await (await call({ question: "Hi?" })).json();
  expect(answer).toMatchObject({
    text: "Hello",
    usedTools: tools,
    sourceDocuments: sources,
    agentFlowEvent: "INPROGRESS",
  });
});

test("a flow that cannot stream, or ends in JSON, still answers whoever asks for a stream", async () => {
  const { call } = await chatflow();
  flowise.reply(
    { status: 200, body: { json: { total: 3 }, chatId: "theirs", usedTools: tools, followUpPrompts: "[]" } },
    { status: 200, body: { action: { id: "a", elements: [] }, executionId: "x" } },
  );
  const events = await eventsIn(await call({ question: "Hi?", chatId: "c", streaming: true }));
  expect(events).toMatchObject([
    { event: "start" },
    { event: "token", data: '{\n  "total": 3\n}' },
    { event: "json", data: { total: 3 } },
    { event: "usedTools", data: tools },
    { event: "metadata", data: { chatId: "c", followUpPrompts: "[]" } },
    { event: "end" },
  ]);
  expect(await (await call({ question: "Hi?" })).json()).toMatchObject({ text: "", executionId: "x" });
});

test("a flow that ends in an object answers with it and its JSON, and none of its fields ends the stream", async () => {
  const { call } = await chatflow();
  // As a custom function: `error` and `end` are the flow's own words.
  const object = { total: 3, items: [{ id: "a" }], error: "none", end: "Friday", text: null };
  const facts = { question: "Hi?", chatId: "theirs", chatMessageId: "theirs", isStreamValid: false };
  const body = { ...object, ...facts, followUpPrompts: "[]", sessionId: "theirs", memoryType: "Buffer Memory" };
  flowise.reply({ status: 200, body }, { status: 200, body }, { status: 200, body: { chatId: "theirs", a: 1 } });
  const text = JSON.stringify(object, null, 2);
  const answer = await (await call({ question: "Hi?", chatId: "c" })).json();
  expect(answer).toMatchObject({ ...object, text, chatId: "c", sessionId: "c", memoryType: "Buffer Memory" });
  const events = await eventsIn(await call({ question: "Hi?", chatId: "c", streaming: true }));
  expect(events).toMatchObject([
    { event: "start" },
    { event: "token", data: text },
    { event: "total", data: 3 },
    { event: "items", data: object.items },
    { event: "metadata", data: { chatId: "c", error: "none", end: "Friday", followUpPrompts: "[]" } },
    { event: "end" },
  ]);
  expect((await (await call({ question: "Hi?" })).json()).text).toBe('{\n  "a": 1\n}');
  const rows = await db.prisma.prediction.findMany({ orderBy: { createdAt: "asc" } });
  expect(rows.map(({ status, answer }) => [status, answer])).toEqual([
    ["ok", text],
    ["ok", text],
    ["ok", '{\n  "a": 1\n}'],
  ]);
});

test("words come as they are said: nothing is held back until the flow is done", async () => {
  const { call } = await chatflow();
  let goOn: () => void = () => {};
  const more = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  // Half a frame and half a letter at the end of each piece.
  const bytes = new TextEncoder().encode('message:\ndata:{"event":"token","data":"ü"}\n\n');
  flowise.reply({
    steps: ["First", more, { raw: bytes.subarray(0, 40) }, Promise.resolve(), { raw: bytes.subarray(40) }],
  });
  const reader = (await call({ question: "Hi?", streaming: true })).body
    ?.pipeThrough(new TextDecoderStream())
    .getReader();
  let text = "";
  while (!text.includes("First")) text += (await reader?.read())?.value ?? "";
  goOn();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
  expect(text).toContain('{"event":"token","data":"ü"}');
});

test("Flowise is called with its own key and none of the caller's headers", async () => {
  const { chatflowId, key } = await chatflow();
  const headers = { Cookie: "session=1", "X-Forwarded-For": "1.2.3.4", Origin: "https://example.com" };
  expect((await predict(chatflowId, { token: key.token, headers, body: { question: "Hi?" } })).status).toBe(200);
  const [received] = flowise.received;
  expect(received?.headers.authorization).toBe(`Bearer ${flowise.apiKeys[0]?.apiKey}`);
  expect(JSON.stringify([received?.headers, received?.body])).not.toMatch(/session=1|1\.2\.3\.4|example\.com|flk_/);
});

const extras = {
  overrideConfig: { sessionId: "s", temperature: 0, vars: { a: "b" } },
  history: [{ role: "userMessage", content: "Before" }],
  form: { size: "L" },
  humanInput: { type: "proceed" },
  leadEmail: "ada@example.com",
};

test("only what the operator lets through reaches the flow, and never another session", async () => {
  const { ask } = await chatflow();
  await ask({ question: "Hi?", uploads: [], ...extras });
  const { sessionId, chatId, ...body } = flowise.received[0]?.body ?? {};
  expect([sessionId, chatId]).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)]);
  expect(body).toEqual({
    question: "Hi?",
    streaming: false,
    overrideConfig: { sessionId },
    form: extras.form,
    humanInput: extras.humanInput,
  });

  const open = await chatflow({ engine: { passOverrides: true, passUploads: true, passHistory: true } });
  await open.ask({ question: "Hi?", uploads: voice, ...extras });
  const passed = flowise.received[1]?.body;
  expect(passed).toMatchObject({ uploads: voice, history: extras.history });
  expect(passed?.overrideConfig).toEqual({ ...extras.overrideConfig, sessionId: passed?.sessionId });
  expect(passed?.sessionId).not.toBe(sessionId);
});

test("a form or a person's decision is a question of its own", async () => {
  const { ask } = await chatflow();
  expect((await ask({ form: { size: "L", count: 2 } })).question).toBe("size: L\ncount: 2");
  expect((await ask({ question: "", humanInput: { type: "proceed", startNodeId: "n" } })).text).toBe("Hello there.");
  expect(flowise.received.map(({ body }) => [body.form, body.humanInput])).toEqual([
    [{ size: "L", count: 2 }, undefined],
    [undefined, { type: "proceed", startNodeId: "n" }],
  ]);
});

const voice = [{ type: "audio", data: "data:audio/webm;base64,AAAA", name: "a.webm", mime: "audio/webm" }];
const picture = [{ type: "file", data: "data:image/png;base64,AAAA", name: "a.png", mime: "image/png" }];

test("a voice message needs no words: those that Flowise hears are the question of answer and record", async () => {
  const { call, ask } = await chatflow({ engine: { passUploads: true } });
  expect(await ask({ question: "", uploads: voice })).toMatchObject({ question: heardWords, text: "Hello there." });
  expect(flowise.received[0]?.body).toMatchObject({ question: "", uploads: voice });
  const events = await eventsIn(await call({ uploads: voice, streaming: true }));
  expect(events.find(({ event }) => event === "metadata")?.data).toMatchObject({ question: heardWords });
  // Words of the caller's own stay.
  expect(await ask({ question: "Hi?", uploads: voice })).toMatchObject({ question: "Hi?" });
  // Nothing is heard in a picture.
  expect(await ask({ question: " ", uploads: picture })).toMatchObject({ question: "", text: "Hello there." });
  const rows = await db.prisma.prediction.findMany({ orderBy: { createdAt: "asc" } });
  expect(rows.map(({ status, question }) => [status, question])).toEqual(
    [heardWords, heardWords, "Hi?", ""].map((question) => ["ok", question]),
  );
});

test("uploads are refused where the chatflow takes none, and the flow is not called", async () => {
  const { call } = await chatflow();
  for (const question of ["Hi?", ""]) {
    const response = await call({ question, uploads: picture });
    expect([response.status, await response.json()]).toEqual([
      422,
      expect.objectContaining({ field: "uploads", message: "This chatflow takes no uploads." }),
    ]);
  }
  expect(flowise.received).toEqual([]);
});

test("a session is remembered by Flowise, and no other key, chatflow or id of another's reads it", async () => {
  const { ctx, chatflowId, ask } = await chatflow();
  await ask({ question: "My name is Ada.", sessionId: "s" });
  const whatDidISay = { question: "What did I say?", sessionId: "s" };
  expect((await ask(whatDidISay)).text).toBe("My name is Ada.");
  const other = await createApiKey(ctx, { name: "Other", chatflowId });
  expect((await ask(whatDidISay, other.token)).text).toBe("Nothing.");
  // Neither by the name that Flowise has for it, wherever one puts it.
  const theirName = String(flowise.received[0]?.body.sessionId);
  const { ask: guess } = await chatflow({ engine: { passOverrides: true } });
  for (const named of [{ sessionId: theirName }, { chatId: theirName }, { overrideConfig: { sessionId: theirName } }]) {
    expect((await guess({ question: "What did I say?", ...named })).text).not.toContain("Ada");
  }
});

test("a prediction costs two statements, streamed or not", async () => {
  const { call } = await chatflow();
  for (const streaming of [false, true]) {
    const statements = await statementsOf(async () =>
      (await call({ question: "Hi?", sessionId: "s", streaming })).text(),
    );
    expect(statements).toHaveLength(2);
  }
});
