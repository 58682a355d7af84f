import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { serveRoutes } from "@/lib/testing/serve-routes";
import { proxySample } from "./proxy";

const db = await testDatabase({ emptyBeforeEach: false });
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
  const guarded = await createGuardedChatflow(db);
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

afterAll(async () => {
  proxy?.kill();
  await flowlatch?.close();
  if (directory) await rm(directory, { recursive: true, force: true });
});

const ask = (body: object) =>
  fetch(`${address}/prediction/${chatflowId}`, { method: "POST", body: JSON.stringify(body) });

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
