import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, test } from "vitest";
import { predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createFlowiseChatflow, type FlowiseChatflowOptions } from "@/lib/testing/flowise-chatflow";
import { type FlowiseReply, type FlowiseStep, flowiseFrame, startFlowiseServer } from "@/lib/testing/flowise-server";
import { never } from "@/lib/testing/provider-server";
import { selfSigned } from "@/lib/testing/self-signed";

const db = await testDatabase();
const flowise = await startFlowiseServer();
afterAll(() => flowise.close());
beforeEach(() => flowise.reset());

const flowiseKey = flowise.apiKeys[0]?.apiKey ?? "";
/** What Flowise says in its own words, which no integrator may read. */
const theirWords = `Error: predictionsServices.buildChatflow - internal-host ${flowiseKey}`;
const theirError = { statusCode: 500, success: false, message: theirWords, stack: {} };
const html = "<!doctype html><title>Flowise</title>";

const lists = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

interface Outcome {
  status: number;
  code: string;
  message: string;
  retryAfter: string | null;
}

/** The call's answer, which must be a refusal that says nothing of the server. */
async function refusal(response: Response): Promise<Outcome> {
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  for (const secret of [flowiseKey, "internal-host", flowise.url, "127.0.0.1"]) expect(text).not.toContain(secret);
  const { status, code, message } = JSON.parse(text);
  expect(status).toBe(response.status);
  return { status, code, message, retryAfter: response.headers.get("retry-after") };
}

async function chatflow(options: FlowiseChatflowOptions = {}, server = flowise) {
  const { chatflowId, key } = await createFlowiseChatflow(db, server, options);
  return (streaming: boolean) => predict(chatflowId, { token: key.token, body: { question: "Hello?", streaming } });
}

const failed = { status: 502, code: "upstream_failed", retryAfter: null };
const busy = { status: 503, code: "upstream_busy" };

/** Failures before the first word, by what the server does. */
const early: [string, FlowiseReply, Omit<Outcome, "message"> & { message: RegExp }][] = [
  [
    "500 “Unauthorized”",
    { status: 500, body: { message: "Unauthorized" } },
    { ...failed, message: /refused the API key/ },
  ],
  ["401", { status: 401, body: theirError }, { ...failed, message: /refused the API key/ }],
  ["403", { status: 403, body: "This site is not allowed" }, { ...failed, message: /refused the API key/ }],
  [
    "500 for what a model was refused",
    { status: 500, body: { message: "401 Unauthorized" } },
    { ...failed, message: /failed to answer .*500/ },
  ],
  ["404", { status: 404, body: theirError }, { ...failed, message: /no such flow.*choose another/ }],
  ["400", { status: 400, body: html }, { ...failed, message: /refused the request .*400/ }],
  ["500", { status: 500, body: theirError }, { ...failed, message: /failed to answer .*500/ }],
  ["503", { status: 503, body: html }, { ...failed, message: /failed to answer .*503/ }],
  [
    "429",
    { status: 429, body: theirError, headers: { "Retry-After": "7" } },
    { ...busy, retryAfter: "7", message: /no more requests right now/ },
  ],
  [
    "a redirect to another host",
    { status: 307, headers: { Location: "http://169.254.169.254/latest/meta-data" } },
    { ...failed, message: /redirect, which is not followed/ },
  ],
  ["a closed connection", "hang up", { ...failed, message: /could not be reached/ }],
  [
    "a page",
    { status: 200, body: html, headers: { "Content-Type": "text/html" } },
    { ...failed, message: /understood/ },
  ],
  ["another JSON", { status: 200, body: { models: [] } }, { ...failed, message: /understood/ }],
  ["a list", { status: 200, body: [] }, { ...failed, message: /understood/ }],
  ["half an answer", { status: 200, body: '{"text":"Hel' }, { ...failed, message: /understood/ }],
  [
    "10,000 lists in each other",
    { status: 200, body: `{"text":"","x":${lists(10_000)}}` },
    { ...failed, message: /deeper/ },
  ],
  ["50 MB", { bytes: 50 * 1_048_576 }, { ...failed, message: /longer than 16 MB/ }],
];

test.each(early)("a server that answers with %s becomes one refusal, streamed or not", async (_, reply, expected) => {
  const call = await chatflow();
  flowise.reply(reply, reply);
  for (const streaming of [false, true]) {
    expect(await refusal(await call(streaming))).toEqual({
      ...expected,
      message: expect.stringMatching(expected.message),
    });
  }
  // A flow may have acted: none of these is tried again.
  expect(flowise.received).toHaveLength(2);
  const rows = await db.prisma.prediction.findMany();
  expect(rows.map(({ status, errorCode, answer }) => [status, errorCode, answer])).toEqual(
    Array(2).fill(["error", expected.code, ""]),
  );
});

test("a key that is not the flow's is told apart from other failures, streamed or not", async () => {
  const call = await chatflow({ apiKey: flowise.apiKeys[1]?.apiKey ?? "" });
  for (const streaming of [false, true]) {
    expect(await refusal(await call(streaming))).toMatchObject({
      ...failed,
      message: expect.stringMatching(/refused the API key.*which key the flow asks for in Flowise/),
    });
  }
});

/** Failures in the middle of a stream, after "Hello". */
const late: [string, FlowiseStep[], RegExp][] = [
  ["is cut", ["Hello", "cut!"], /broke off/],
  ["ends without an end", ["Hello", "end!"], /broke off/],
  ["ends in half a frame", ["Hello", { raw: 'message:\ndata:{"event":"tok' }, "end!"], /broke off/],
  ["turns into nonsense", ["Hello", { raw: "message:\ndata:{nonsense\n\n" }], /understood/],
  ["turns into another JSON", ["Hello", { raw: 'data:{"weather":"fine"}\n\n' }], /understood/],
  [
    "turns into 10,000 lists in each other",
    ["Hello", { raw: `data:{"event":"x","data":${lists(10_000)}}\n\n` }],
    /deeper/,
  ],
  [
    "has 10,000 lists in each other beside its data",
    ["Hello", { raw: `data:{"event":"x","data":1,"more":${lists(10_000)}}\n\n` }],
    /deeper/,
  ],
  ["turns into an error", ["Hello", { event: "error", data: theirWords }], /ended its answer with an error/],
  ["is stopped there", ["Hello", { event: "abort", data: "[DONE]" }], /was stopped at/],
  [
    "does not end before 50 MB",
    ["Hello", ...Array.from({ length: 50 }, () => ({ event: "artifacts", data: "x".repeat(1_048_576) }))],
    /longer than 16 MB/,
  ],
];

test.each(late)("a stream that %s ends in an error frame, and what was said is recorded", async (_, steps, message) => {
  const call = await chatflow();
  // Its start says that it is a stream; steps with raw bytes leave it to us.
  flowise.reply({ steps: [{ raw: flowiseFrame("start", "") }, ...steps] });
  const response = await call(true);
  expect(response.status).toBe(200);
  const text = await response.text();
  for (const secret of [flowiseKey, "internal-host"]) expect(text).not.toContain(secret);
  const frames = text.trimEnd().split("\n\n");
  const events = frames.map((frame) => JSON.parse(frame.replace(/^message:\ndata:/, "")));
  expect([events[0].event, events[1].data, ...events.slice(-2).map(({ event }) => event)]).toEqual([
    "start",
    "Hello",
    "error",
    "end",
  ]);
  expect(events.at(-2).data).toMatch(message);
  expect(text).not.toContain('"metadata"');
  expect(await db.prisma.prediction.findMany()).toMatchObject([
    { status: "error", errorCode: "upstream_failed", answer: "Hello" },
  ]);
});

test("an error before the first word is a status and not a stream", async () => {
  const call = await chatflow();
  flowise.reply({ steps: [{ event: "error", data: theirWords }] }, { steps: [{ raw: ":heartbeat\n\n" }, "end!"] });
  expect(await refusal(await call(true))).toMatchObject({ ...failed, message: expect.stringMatching(/with an error/) });
  expect(await refusal(await call(true))).toMatchObject({ ...failed, message: expect.stringMatching(/broke off/) });
});

test("a flow that hangs is given up at its limits, and told to stop", async () => {
  // Long enough for a first event on the slowest machine; side by side, so that they are waited for once.
  const limits = { firstTokenTimeoutSeconds: 3, answerTimeoutSeconds: 4 };
  const call = await chatflow({ engine: limits });
  const thinking = { event: "agentFlowEvent", data: "INPROGRESS" };
  flowise.reply("hang", "hang", { steps: [thinking, never] });
  // One after the other: who comes first gets the first reply.
  const calls: Promise<Response>[] = [];
  for (const streaming of [true, false, true]) {
    calls.push(call(streaming));
    await eventually(() => flowise.received.length === calls.length || null);
  }
  const [silent, json, begun] = (await Promise.all(calls)) as [Response, Response, Response];
  const timeout = { status: 504, code: "upstream_timeout" };
  expect(await refusal(silent)).toMatchObject({
    ...timeout,
    message: "The flow did not begin to answer within 3 seconds.",
  });
  expect(await refusal(json)).toMatchObject({
    ...timeout,
    message: "The flow did not finish its answer within 4 seconds.",
  });
  expect(await begun.text()).toMatch(/agentFlowEvent.*"error","data":"The flow did not finish its answer within 4 s/s);
  for (const received of flowise.received) await eventually(() => received.hungUpAt);
  const rows = await db.prisma.prediction.findMany();
  expect(rows.map(({ status, errorCode }) => [status, errorCode])).toEqual(
    Array(3).fill(["error", "upstream_timeout"]),
  );
});

test("a server that is not there, not trusted or not to be called is told in one sentence each", async () => {
  const gone = await startFlowiseServer();
  await gone.close();
  const tls = createServer(selfSigned(), (_, response) => response.end());
  await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
  const at = (url: string) => ({ ...flowise, url });
  const cases: [string, RegExp][] = [
    [gone.url, /could not be reached/],
    [`https://127.0.0.1:${(tls.address() as AddressInfo).port}`, /certificate is not trusted/],
  ];
  for (const [url, message] of cases) {
    const call = await chatflow({}, at(url));
    for (const streaming of [false, true]) {
      expect(await refusal(await call(streaming))).toEqual({ ...failed, message: expect.stringMatching(message) });
    }
  }
  await new Promise((resolve) => tls.close(resolve));
  const { chatflowId, key, providerId } = await createFlowiseChatflow(db, flowise);
  const moved = { where: { id: providerId }, data: { baseUrl: "http://169.254.169.254" } };
  await db.prisma.provider.update(moved);
  const refused = await refusal(await predict(chatflowId, { token: key.token, body: { question: "?" } }));
  expect(refused).toEqual({ ...failed, message: expect.stringMatching(/does not call/) });
  await db.prisma.provider.delete({ where: { id: providerId } });
  const removed = await refusal(await predict(chatflowId, { token: key.token, body: { question: "?" } }));
  expect(removed).toEqual({ ...failed, message: expect.stringMatching(/was removed/) });
});
