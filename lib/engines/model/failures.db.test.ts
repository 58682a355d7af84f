import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createModelChatflow, type ModelChatflowOptions, providerKey } from "@/lib/testing/model-chatflow";
import type { DialectName } from "@/lib/testing/provider-dialects";
import { never, type Reply, startProviderServer } from "@/lib/testing/provider-server";

const db = await testDatabase();
const provider = await startProviderServer();
afterAll(() => provider.close());
beforeEach(() => provider.reset());

const kinds: DialectName[] = ["openai", "anthropic", "google", "openai-compatible"];
/** What providers say in their own words, which no integrator may read. */
const theirWords = `Incorrect API key provided: ${providerKey}. See internal-host.example.`;
const theirError = { error: { message: theirWords, type: "invalid_request_error", code: 401, status: "FAILED" } };

interface Outcome {
  status: number;
  code: string;
  message: string;
  retryAfter: string | null;
}

/** The call's answer, which must be a refusal that says nothing of the provider. */
async function refusal(response: Response): Promise<Outcome> {
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  for (const secret of [providerKey, "internal-host", provider.url, "127.0.0.1"]) expect(text).not.toContain(secret);
  const { status, code, message } = JSON.parse(text);
  expect(status).toBe(response.status);
  return { status, code, message, retryAfter: response.headers.get("retry-after") };
}

async function chatflow(options: ModelChatflowOptions) {
  const { chatflowId, key } = await createModelChatflow(db, provider.url, options);
  return (streaming: boolean) => predict(chatflowId, { token: key.token, body: { question: "Hello?", streaming } });
}

const failed = { status: 502, code: "upstream_failed", retryAfter: null };
const html = "<!doctype html><title>Welcome</title>";

/** Failures before the first token, by what the provider does. */
const early: [string, Reply, Omit<Outcome, "message"> & { message: RegExp }][] = [
  ["401", { status: 401, body: theirError }, { ...failed, message: /refused the credential/ }],
  ["403", { status: 403, body: theirError }, { ...failed, message: /refused the credential/ }],
  ["404", { status: 404, body: theirError }, { ...failed, message: /refused the request .*404.* model and settings/ }],
  ["400", { status: 400, body: html }, { ...failed, message: /refused the request .*400/ }],
  ["500", { status: 500, body: theirError }, { ...failed, message: /failed to answer .*500/ }],
  ["503", { status: 503, body: html }, { ...failed, message: /failed to answer .*503/ }],
  [
    "429 with Retry-After",
    { status: 429, body: theirError, headers: { "Retry-After": "7" } },
    { status: 503, code: "upstream_busy", message: /no more requests right now/, retryAfter: "7" },
  ],
  [
    "429 without Retry-After",
    { status: 429, body: theirError },
    { status: 503, code: "upstream_busy", message: /no more requests/, retryAfter: null },
  ],
  [
    "a page in place of an answer",
    { steps: [{ raw: html }, "end!"], contentType: "text/html" },
    { ...failed, message: /form/ },
  ],
  ["what is not JSON", { steps: [{ raw: "data: {nonsense\n\n" }] }, { ...failed, message: /understood|error/ }],
  [
    "an event of no known kind",
    { steps: [{ raw: 'data: {"weather":"fine"}\n\n' }, "end!"] },
    { ...failed, message: /./ },
  ],
  ["no event at all", { steps: ["end!"] }, { ...failed, message: /empty|form/ }],
  ["an answer without a word", { steps: [] }, { ...failed, message: /empty/ }],
  ["an error event", { steps: [{ error: theirWords }] }, { ...failed, message: /error|failed to answer/ }],
];

describe.each(kinds)("%s", (kind) => {
  test.each(early)(
    "a provider that answers with %s becomes one refusal, streamed or not",
    async (_, reply, expected) => {
      const call = await chatflow({ kind });
      for (const streaming of [false, true]) {
        provider.reply(reply);
        expect(await refusal(await call(streaming))).toEqual({
          ...expected,
          message: expect.stringMatching(expected.message),
        });
      }
      // None of these is tried again.
      expect(provider.received).toHaveLength(2);
      const rows = await db.prisma.prediction.findMany();
      expect(rows).toHaveLength(2);
      for (const row of rows) expect(row).toMatchObject({ status: "error", errorCode: expected.code, answer: "" });
      expect(JSON.stringify(rows)).not.toContain("internal-host");
    },
  );

  test.each<[string, Reply]>([
    ["closes the connection without a word", "hang up"],
    ["breaks off before its first token", { steps: [{ raw: ": ping\n\n" }, "cut!"] }],
  ])("a provider that %s is called once more, and no third time", async (_, broken) => {
    const call = await chatflow({ kind });
    for (const streaming of [false, true]) {
      provider.reset();
      provider.reply(broken);
      const answered = await call(streaming);
      expect(answered.status).toBe(200);
      expect(await answered.text()).toContain("there.");
      expect(provider.received).toHaveLength(2);

      provider.reset();
      provider.reply(broken, broken);
      expect(await refusal(await call(streaming))).toMatchObject(failed);
      expect(provider.received).toHaveLength(2);
    }
  });

  test.each<[string, Reply]>([
    ["is cut", { steps: ["Hello", " wor", "cut!"] }],
    ["ends without an end", { steps: ["Hello", " wor", "end!"] }],
    ["turns into an error", { steps: ["Hello", " wor", { error: theirWords }] }],
    ["turns into nonsense", { steps: ["Hello", " wor", { raw: "data: {nonsense\n\n" }] }],
  ])("an answer that %s is refused as JSON, and streamed ends in an error; it is not tried again", async (_, reply) => {
    const call = await chatflow({ kind });
    provider.reply(reply, reply);
    expect(await refusal(await call(false))).toMatchObject(failed);
    const streamed = await call(true);
    expect(streamed.status).toBe(200);
    const text = await streamed.text();
    expect(text).not.toMatch(/internal-host|metadata/);
    const frames = text.trimEnd().split("\n\n");
    const events = frames.map((frame) => JSON.parse(frame.replace(/^message:\ndata:/, "")));
    const names = events.map(({ event }) => event);
    expect([names[0], ...names.slice(-2)]).toEqual(["start", "error", "end"]);
    expect(events.at(-2).data).toMatch(/^The model provider.*\.$/);
    expect(provider.received).toHaveLength(2);
    // A connection that breaks takes with it what was still under way, so the second piece may be missing.
    for (const row of await db.prisma.prediction.findMany()) {
      expect(row).toMatchObject({ status: "error", errorCode: "upstream_failed" });
      expect("Hello wor").toContain(row.answer);
    }
  });

  test("a provider that never begins is given up at the time limit for the first token", async () => {
    const call = await chatflow({ kind, engine: { firstTokenTimeoutSeconds: 1 } });
    provider.reply({ steps: [never] }, { steps: [never] });
    for (const outcome of [await refusal(await call(false)), await refusal(await call(true))]) {
      expect(outcome).toEqual(late("The model did not begin to answer within 1 second."));
    }
    expect(provider.received).toHaveLength(2);
    for (const received of provider.received) await eventually(() => received.hungUpAt);
  });
});

const late = (message: string) => ({ status: 504, code: "upstream_timeout", message, retryAfter: null });

test("a provider that never ends is given up at the time limit for the answer, whatever its kind", async () => {
  // Long enough that its first word is in time on the slowest machine; all at once, so that it is waited for once.
  const limits = { firstTokenTimeoutSeconds: 8, answerTimeoutSeconds: 8 };
  const calls = await Promise.all(kinds.map((kind) => chatflow({ kind, engine: limits })));
  provider.reply(...Array.from({ length: 8 }, () => ({ steps: ["Hello", never] })));
  const [json, sse] = await Promise.all(
    [false, true].map((streaming) => Promise.all(calls.map((call) => call(streaming)))),
  );
  for (const response of json ?? []) {
    expect(await refusal(response)).toEqual(late("The model did not finish its answer within 8 seconds."));
  }
  for (const response of sse ?? []) {
    expect(await response.text()).toMatch(
      /"event":"token","data":"Hello".*"event":"error","data":"The model did not finish.*"event":"end"/s,
    );
  }
  // Each was called once, and left.
  expect(provider.received).toHaveLength(8);
  for (const received of provider.received) await eventually(() => received.hungUpAt);
  const rows = await db.prisma.prediction.findMany();
  expect(rows.map(({ answer, status, errorCode }) => [answer, status, errorCode])).toEqual(
    Array(8).fill(["Hello", "error", "upstream_timeout"]),
  );
});

test("a model that thinks aloud has begun: the limit for the first token is not the one that ends it", async () => {
  const call = await chatflow({ engine: { firstTokenTimeoutSeconds: 8, answerTimeoutSeconds: 9 } });
  provider.reply({ steps: [{ thought: "Hm." }, never] });
  expect(await refusal(await call(false))).toEqual(late("The model did not finish its answer within 9 seconds."));
});

test("a provider at an address where nothing listens cannot be reached", async () => {
  const gone = await startProviderServer();
  const { chatflowId, key } = await createModelChatflow(db, gone.url);
  await gone.close();
  for (const streaming of [false, true]) {
    const response = await predict(chatflowId, { token: key.token, body: { question: "Hello?", streaming } });
    expect(await refusal(response)).toMatchObject({ ...failed, message: "The model provider could not be reached." });
  }
});

test("a provider at a refused address is not called, and the address is not told", async () => {
  const { chatflowId, key } = await createModelChatflow(db, "http://169.254.169.254");
  const response = await predict(chatflowId, { token: key.token });
  expect(await response.clone().text()).not.toContain("169.254");
  expect(await refusal(response)).toMatchObject({ ...failed, message: expect.stringMatching(/does not call/) });
});

test.each(kinds)("a redirect of %s is not followed, and is told as one, streamed or not", async (kind) => {
  const call = await chatflow({ kind });
  for (const streaming of [false, true]) {
    provider.reply({ status: 307, headers: { Location: `${provider.url}/v1/chat/completions` } });
    expect(await refusal(await call(streaming))).toEqual({
      ...failed,
      message: expect.stringMatching(/redirect, which is not followed\. The operator .* base URL, .* https:\/\//),
    });
  }
  expect(provider.received).toHaveLength(2);
});

test("a provider that is gone, or another workspace's, is said to be deleted", async () => {
  const mine = await createModelChatflow(db, provider.url);
  const theirs = await createModelChatflow(db, provider.url);
  await db.pool.query(
    "UPDATE chatflow SET engine = jsonb_set(engine, '{providerId}', to_jsonb($2::text)) WHERE id = $1",
    [mine.chatflowId, theirs.providerId],
  );
  const message = expect.stringMatching(/was deleted/);
  expect(await refusal(await predict(mine.chatflowId, { token: mine.key.token }))).toMatchObject({
    ...failed,
    message,
  });
  await db.prisma.provider.delete({ where: { id: theirs.providerId } });
  expect(await refusal(await predict(theirs.chatflowId, { token: theirs.key.token }))).toMatchObject({
    ...failed,
    message,
  });
  expect(provider.received).toEqual([]);
});
