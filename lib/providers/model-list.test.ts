import { createServer, type Socket } from "node:net";
import { afterAll, expect, test } from "vitest";
import { toAppError } from "@/lib/errors";
import type { ModelProviderKind } from "@/lib/providers/kinds";
import { fetchModels } from "@/lib/providers/model-list";
import { modelListApiKey, startModelListServer } from "@/lib/testing/provider-models";

const server = await startModelListServer();
afterAll(() => server.close());

const models = ["large-9", "large-10", "small-2"];
const at = (path: string, kind: ModelProviderKind = "openai-compatible", apiKey: string | null = modelListApiKey) =>
  fetchModels({ kind, baseUrl: path.startsWith("http") ? path : server.url + path, apiKey });

/** The failure as its caller is told it. Never with the credential, whatever the server repeats of it. */
async function failureAt(...given: Parameters<typeof at>) {
  const error = toAppError(
    await at(...given).then(
      (found) => expect.fail(`found ${found}`),
      (thrown) => thrown,
    ),
  );
  expect(error.message).not.toContain(given[2] ?? modelListApiKey);
  return { code: error.code, field: error.field, message: error.message };
}

test.each<[ModelProviderKind, string]>([
  ["openai", "/openai/v1"],
  ["openai-compatible", "/openai/v1"],
  ["openai-compatible", "/local/v1"],
  ["anthropic", "/anthropic/v1"],
  ["google", "/google/v1beta"],
])("%s lists its models at %s, in order, and only those that answer questions", async (kind, path) => {
  expect(await at(path, kind)).toEqual(models);
});

test("a trailing slash does not matter", async () => {
  expect(await at("/openai/v1/")).toEqual(models);
});

test("Google's key travels in a header, not in an address that ends in logs", async () => {
  await at("/google/v1beta", "google");
  expect(server.requests.at(-1)).toMatchObject({ key: modelListApiKey });
  expect(server.requests.at(-1)?.path).not.toContain(modelListApiKey);
});

test("a keyless server is called without any credential", async () => {
  expect(await at("/local/v1", "openai-compatible", null)).toEqual(models);
  expect(server.requests.at(-1)?.key).toBeUndefined();
});

test("a server with no models yet has an empty list", async () => {
  expect(await at("/no-models")).toEqual([]);
});

test("an OpenAI-compatible server without a list is fine; a vendor without one is not that vendor", async () => {
  expect(await at("/no-list")).toBeNull();
  expect(await at("/status/405/v1")).toBeNull();
  expect(await failureAt("/no-list", "openai")).toMatchObject({ field: "baseUrl", message: /at this address \(404\)/ });
});

test("where /v1 was left out, the address with it is named", async () => {
  const expected = {
    field: "baseUrl",
    message: `The model API of this server is at ${server.url}/local/v1. Use that as the base URL.`,
  };
  expect(await failureAt("/local")).toMatchObject(expected);
});

const key = "apiKey";
const url = "baseUrl";
test.each<[string, ModelProviderKind, string, string | undefined, RegExp]>([
  ["an unknown key", "openai", "/openai/v1", key, /refused the API key \(401\)/],
  ["an unknown key", "anthropic", "/anthropic/v1", key, /refused the API key \(401\)/],
  ["an unknown key", "google", "/google-bad-key", key, /refused the API key \(400\)/],
  ["a forbidden key", "openai", "/status/403/v1", key, /does not allow this API key to list models \(403\)/],
  ["a limit", "openai-compatible", "/status/429/v1", undefined, /is limiting this API key \(429\)/],
  ["an error of the provider", "anthropic", "/status/500/v1", undefined, /an error of its own \(500\)/],
  ["an overload", "openai-compatible", "/status/529/v1", undefined, /an error of its own \(529\)/],
  ["another refusal", "openai", "/status/418/v1", url, /refused to list its models \(418\)/],
  ["a redirect", "openai", "/redirect", url, /redirect \(302\), which is not followed/],
  ["a hang-up", "openai-compatible", "/hang-up", url, /broke before there was an answer/],
  ["a cut answer", "openai-compatible", "/half", url, /broke before there was an answer/],
  ["a web page", "openai-compatible", "/page", url, /answers with a web page/],
  ["a missing web page", "openai-compatible", "/missing-page", url, /answers with a web page/],
  ["no JSON", "openai-compatible", "/not-json", url, /not with a list of models/],
  ["other JSON", "openai", "/other-json", url, /not with a list of models as OpenAI has it/],
  ["an endless answer", "openai", "/endless", url, /not with a list of models/],
])("%s of a provider of kind %s at %s is one sentence", async (_, kind, path, field, message) => {
  const failure = await failureAt(path, kind, "sk-test-unknown-key-0000000000");
  expect(failure).toEqual({ code: "upstream_failed", field, message: expect.stringMatching(message) });
  expect(failure.message).toContain("127.0.0.1");
});

test("a server that wants a key and was given none asks for one", async () => {
  expect(await failureAt("/openai/v1", "openai-compatible", null)).toMatchObject({
    field: key,
    message: /asks for an API key/,
  });
});

test("a server that says nothing is given up when the time is over", async () => {
  const attempt = fetchModels({ kind: "openai", baseUrl: `${server.url}/silent`, apiKey: modelListApiKey }, 2_000);
  await expect(attempt).rejects.toMatchObject({
    code: "upstream_timeout",
    field: url,
    message: expect.stringMatching(/did not answer within 2 seconds/),
  });
});

/** A port where a connection gets these bytes for an answer. */
async function withRawServer<Result>(bytes: string, work: (port: number) => Promise<Result>): Promise<Result> {
  const sockets = new Set<Socket>();
  const raw = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.write(bytes);
  });
  await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
  const { port } = raw.address() as { port: number };
  try {
    return await work(port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => raw.close(resolve));
  }
}

test("addresses with no such server behind them say what is there instead", async () => {
  const closedPort = await withRawServer("", async (port) => port);
  expect((await failureAt(`http://127.0.0.1:${closedPort}/v1`)).message).toMatch(
    /^Nothing answers at 127\.0\.0\.1:\d+\./,
  );
  expect((await failureAt("http://no-such-host.invalid/v1")).message).toMatch(/no-such-host\.invalid/);
  expect((await failureAt(server.url.replace("http:", "https:"))).message).toMatch(/does not speak https/);
  await withRawServer("220 mail.example.com ESMTP\r\n", async (port) => {
    expect((await failureAt(`http://127.0.0.1:${port}/v1`)).message).toMatch(/does not answer as a web server does/);
  });
});

test("a metadata address is not called", async () => {
  const failure = await failureAt("http://169.254.169.254/v1");
  expect(failure).toMatchObject({ field: url, message: expect.stringMatching(/metadata/) });
});
