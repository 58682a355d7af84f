import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { never, startProviderServer } from "@/lib/testing/provider-server";
import { serveRoutes } from "@/lib/testing/serve-routes";
import { proxySample } from "./proxy";

const db = await testDatabase({ emptyBeforeEach: false });
const provider = await startProviderServer();
let flowlatch: Awaited<ReturnType<typeof serveRoutes>>;
let chatflowId: string;
let directory: string;
let proxy: ChildProcess;
let address: string;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  flowlatch = await serveRoutes();
  const guarded = await createModelChatflow(db, provider.url);
  chatflowId = guarded.chatflowId;
  directory = await mkdtemp(path.join(tmpdir(), "flowlatch-proxy-"));
  const file = path.join(directory, "server.mjs");
  await writeFile(file, proxySample({ baseUrl: flowlatch.url, chatflowId }));
  const port = await freePort();
  address = `http://127.0.0.1:${port}/api/v1`;
  const env = { ...process.env, PORT: String(port), FLOWLATCH_API_KEY: guarded.key.token };
  proxy = spawn(process.execPath, [file], { env, stdio: "ignore" });
  await eventually(() => fetch(`http://127.0.0.1:${port}/`).catch(() => null));
});

beforeEach(() => provider.reset());

afterAll(async () => {
  proxy?.kill();
  await flowlatch?.close();
  await provider.close();
  if (directory) await rm(directory, { recursive: true, force: true });
});

const call = (init: RequestInit) => fetch(`${address}/prediction/${chatflowId}`, init);
const ask = (body: object, signal: AbortSignal | null = null) =>
  call({ method: "POST", body: JSON.stringify(body), signal });

/** A streamed answer of which one word has come; the model says no more. */
async function halfAnAnswer(signal: AbortSignal | null = null) {
  provider.reply({ steps: ["Hello", never] });
  const { body } = await ask({ question: "When do you open?", streaming: true }, signal);
  const reader = (body as NonNullable<typeof body>).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes('"Hello"')) text += (await reader.read()).value ?? "";
  return reader;
}

/** A sample that died answers nobody. */
async function answersOn() {
  const answer = await ask({ question: "When do you open?" });
  expect(await answer.json()).toMatchObject({ text: "Hello there." });
}

test("the sample adds the key: a browser without one is answered, whole and streamed", async () => {
  const whole = await ask({ question: "When do you open?" });
  expect(whole.status).toBe(200);
  expect(await whole.json()).toMatchObject({ question: "When do you open?", text: expect.any(String) });
  const streamed = await ask({ question: "When do you open?", streaming: true });
  expect(streamed.headers.get("content-type")).toBe("text/event-stream");
  expect(await streamed.text()).toMatch(/^message:\ndata:\{"event":"start"[\s\S]+"event":"end"/);
  expect(await (await fetch(`${address}/chatflows-streaming/${chatflowId}`)).json()).toEqual({ isStreaming: true });
});

test("the sample forwards to that chatflow and to nothing else", async () => {
  for (const path of ["/version", "/prediction/other", `/prediction/${chatflowId}/..`]) {
    expect((await fetch(address + path)).status).toBe(404);
  }
});

test("what has no body is passed on without one, and the sample answers on", async () => {
  expect((await call({ method: "OPTIONS" })).status).toBe(204);
  expect((await call({ method: "HEAD" })).status).toBe(405);
  expect((await fetch(`${address}/chatflows-streaming/${chatflowId}`, { method: "HEAD" })).status).toBe(200);
  await answersOn();
});

test("a call that Flowlatch drops is a 502, and a stream breaks off, and the sample answers on", async () => {
  const reader = await halfAnAnswer();
  flowlatch.dropConnections();
  await expect(reader.read()).rejects.toThrow();
  provider.reply({ steps: [never] });
  const asked = ask({ question: "When do you open?" });
  await eventually(() => provider.received[1]);
  flowlatch.dropConnections();
  expect((await asked).status).toBe(502);
  await answersOn();
});

test("a visitor who leaves in the middle of an answer stops the model, and the sample answers on", async () => {
  const visitor = new AbortController();
  await halfAnAnswer(visitor.signal);
  expect(provider.received[0]?.hungUpAt).toBeNull();
  visitor.abort();
  await eventually(() => provider.received[0]?.hungUpAt);
  await answersOn();
});

test.each([true, false])(
  "a visitor who leaves before the first word stops the model, streamed: %s",
  async (streaming) => {
    const visitor = new AbortController();
    provider.reply({ steps: [never] });
    ask({ question: "When do you open?", streaming }, visitor.signal).catch(() => {});
    await eventually(() => provider.received[0]);
    visitor.abort();
    await eventually(() => provider.received[0]?.hungUpAt);
    await answersOn();
  },
);
