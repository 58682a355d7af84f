import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { settleLater } from "@/lib/later";
import { predict } from "@/lib/testing/call";
import { type CollectedSpan, startCollector } from "@/lib/testing/collector";
import { testDatabase } from "@/lib/testing/database";
import { freePort } from "@/lib/testing/free-port";
import { createModelChatflow, providerKey } from "@/lib/testing/model-chatflow";
import { startProviderServer } from "@/lib/testing/provider-server";
import { traceWith } from "@/lib/tracing/trace";

const db = await testDatabase();
const [collector, provider] = await Promise.all([startCollector(), startProviderServer()]);
const question = "What does the cellar of the old mill hold?";

async function startAt(url: string) {
  vi.resetModules();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", url);
  const { startTracing } = await import("@/lib/tracing/start");
  startTracing();
}

beforeEach(async () => {
  collector.reset();
  provider.reset();
  vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=tests");
  vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=tests");
  await startAt(collector.url);
});
afterEach(async () => {
  traceWith(undefined);
  vi.unstubAllEnvs();
  await settleLater();
});
afterAll(() => Promise.all([collector.close(), provider.close()]));

/** What the collector was told of the calls so far, by name. */
async function told(): Promise<Record<string, CollectedSpan>> {
  await settleLater();
  return Object.fromEntries(collector.spans().map((span) => [span.name.split(" ")[0], span]));
}

test.each([false, true])("a call is one span, its steps are others beneath it (streaming: %s)", async (streaming) => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const response = await predict(chatflowId, { token: key.token, body: { question, streaming } });
  await response.text();
  const { POST: call, verify, engine, record } = await told();
  expect(collector.spans()).toHaveLength(4);
  expect(call).toMatchObject({
    name: "POST /api/v1/prediction/[chatflowId]",
    kind: 2,
    isError: false,
    attributes: {
      "http.request.method": "POST",
      "http.route": "/api/v1/prediction/[chatflowId]",
      "http.response.status_code": 200,
      "flowlatch.request.id": response.headers.get("x-request-id"),
      "flowlatch.key.id": key.id,
      "flowlatch.chatflow.id": chatflowId,
      "flowlatch.outcome": "ok",
    },
  });
  expect(call).not.toHaveProperty("parentSpanId");
  for (const step of [verify, engine, record]) {
    expect(step).toMatchObject({ traceId: call?.traceId, parentSpanId: call?.spanId, isError: false });
  }
  expect(engine).toMatchObject({
    kind: 3,
    events: ["first token"],
    attributes: {
      "flowlatch.engine": "model",
      "gen_ai.provider.name": "openai-compatible",
      "gen_ai.request.model": "test-model",
      "gen_ai.usage.output_tokens": 2,
    },
  });
  expect(collector.resources()[0]).toMatchObject({
    "service.name": "flowlatch",
    "deployment.environment.name": "tests",
  });
  expect(collector.headers[0]).toMatchObject({ "x-tenant": "tests" });
});

test("a caller's trace goes on here, and is told to no provider", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const [traceId, spanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
  const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: "vendor=secret" };
  await predict(chatflowId, { token: key.token, headers, body: { question } });
  expect((await told()).POST).toMatchObject({ traceId, parentSpanId: spanId });
  expect(collector.bytes()).not.toContain("vendor");
  expect(Object.keys(provider.received[0]?.headers ?? {}).filter((name) => /trace|baggage/.test(name))).toEqual([]);
});

test("a call whose caller wants no trace has none, and a broken traceparent begins a new one", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const call = (traceparent: string) =>
    predict(chatflowId, { token: key.token, headers: { traceparent }, body: { question } });
  await call("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
  expect(await told()).toEqual({});
  await call("00-nonsense");
  expect((await told()).POST).not.toHaveProperty("parentSpanId");
});

test("refused, failed and broken-off calls say how they ended", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  await predict(chatflowId, {});
  let spans = await told();
  expect(spans.POST?.attributes).toMatchObject({
    "http.response.status_code": 401,
    "flowlatch.outcome": "unauthenticated",
  });
  expect([spans.verify?.attributes, spans.verify?.isError]).toEqual([{ "flowlatch.refusal": "no_token" }, false]);

  collector.reset();
  provider.reply({ status: 400, body: { error: { message: `No. You said: ${question}` } } });
  await predict(chatflowId, { token: key.token, body: { question } });
  spans = await told();
  expect(spans.engine).toMatchObject({ isError: true, attributes: { "error.type": "upstream_failed" } });
  expect(spans.POST).toMatchObject({ isError: true, attributes: { "flowlatch.outcome": "upstream_failed" } });
  expect(collector.bytes()).not.toContain("cellar");

  collector.reset();
  provider.reply({ steps: ["Hello", new Promise(() => {})] });
  const caller = new AbortController();
  const body = { question, streaming: true };
  const { body: stream } = await predict(chatflowId, { token: key.token, body, signal: caller.signal });
  await stream?.getReader().read();
  caller.abort();
  await expect.poll(async () => (await told()).POST?.attributes["flowlatch.outcome"]).toBe("aborted");
});

test("no byte that leaves has a token, a query, a question, an answer or a credential", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const ask = (more: object) => predict(chatflowId, { token: key.token, body: { question }, ...more });
  await ask({});
  await ask({ query: `?token=${key.token}&secret=kept` });
  await ask({ headers: { "x-request-id": key.token, baggage: `token=${key.token}` } });
  await predict(key.token, { token: key.token, body: { question } });
  await told();
  const bytes = collector.bytes();
  expect(collector.spans().filter(({ kind }) => kind === 2)).toHaveLength(4);
  for (const secret of [key.token, key.token.slice(4, 40), "cellar", "Hello", "kept", providerKey]) {
    expect(bytes).not.toContain(secret);
  }
});

test.each([
  ["is away", async () => await startAt(`http://127.0.0.1:${await freePort()}`)],
  ["takes and never answers", async () => collector.fallSilent()],
])("a collector that %s neither fails a call nor holds it up", async (_, spoil) => {
  await spoil();
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const begun = performance.now();
  for (let call = 0; call < 6; call++) {
    const answer = await predict(chatflowId, { token: key.token, body: { question } });
    expect(answer.status).toBe(200);
    void settleLater();
  }
  // Each would have waited two seconds for its delivery.
  expect(performance.now() - begun).toBeLessThan(10_000);
});
