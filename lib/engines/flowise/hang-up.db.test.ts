import { afterAll, beforeEach, expect, test } from "vitest";
import { settleLater } from "@/lib/later";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createFlowiseChatflow } from "@/lib/testing/flowise-chatflow";
import { type FlowiseReply, startFlowiseServer } from "@/lib/testing/flowise-server";
import { never } from "@/lib/testing/provider-server";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase();
const flowise = await startFlowiseServer();
const server = await serveRoutes();
afterAll(async () => {
  await server.close();
  await flowise.close();
});
beforeEach(() => flowise.reset());

/** Calls over a socket of its own. */
async function call(streaming: boolean, reply: FlowiseReply) {
  const { chatflowId, key } = await createFlowiseChatflow(db, flowise);
  flowise.reply(reply);
  const client = new AbortController();
  const response = fetch(`${server.url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key.token}` },
    body: JSON.stringify({ question: "Hello?", streaming }),
    signal: client.signal,
  });
  response.catch(() => {});
  return { client, response };
}

/** Flowise sees the connection close, and is asked to give up what it does for that chat. */
async function isStopped() {
  await eventually(() => flowise.received[0]?.hungUpAt);
  const row = await eventually(() => db.prisma.prediction.findFirst());
  await settleLater();
  const [call] = flowise.received;
  expect(flowise.requests).toContain(`PUT /api/v1/chatmessage/abort/${call?.flowId}/${call?.body.chatId}`);
  return row;
}

test("hanging up in the middle of a stream stops the flow, and what was said is recorded", async () => {
  const { client, response } = await call(true, { steps: ["Hello", never] });
  const reader = (await response).body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes('"Hello"')) text += (await reader?.read())?.value ?? "";
  expect(flowise.received[0]?.hungUpAt).toBeNull();
  client.abort();
  expect(await isStopped()).toMatchObject({ status: "aborted", answer: "Hello", errorCode: null });
});

test.each([true, false])("hanging up before the first word stops the flow, streamed: %s", async (streaming) => {
  const { client } = await call(streaming, "hang");
  await eventually(() => flowise.received[0]);
  client.abort();
  expect(await isStopped()).toMatchObject({ status: "aborted", answer: "", firstTokenMs: null });
  expect(flowise.received).toHaveLength(1);
});

test("a flow that has answered, or failed by itself, is not told to stop", async () => {
  for (const reply of [{ steps: ["Hello"] }, { status: 500 }, { steps: ["Hello", "cut!"] }] as FlowiseReply[]) {
    const { response } = await call(true, reply);
    await (await response).text();
  }
  await settleLater();
  expect(flowise.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
});
