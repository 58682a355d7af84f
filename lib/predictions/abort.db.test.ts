import { afterAll, beforeEach, expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { addFurtherKey } from "@/lib/chatflows/further-keys";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { never, startProviderServer } from "@/lib/testing/provider-server";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase();
const provider = await startProviderServer();
const server = await serveRoutes();
afterAll(async () => {
  await server.close();
  await provider.close();
});
beforeEach(() => provider.reset());

const chatId = "chat 1";

/** Asks in a chat; the model says one word and then nothing more. */
async function ask(streaming: boolean) {
  const { ctx, chatflowId, key } = await createModelChatflow(db, provider.url);
  provider.reply({ steps: ["Hello", never] });
  const answer = fetch(`${server.url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key.token}` },
    body: JSON.stringify({ question: "Hello?", chatId, streaming }),
  });
  await eventually(() => provider.received[0]);
  const abort = (token: string | null, chat = chatId) =>
    fetch(`${server.url}/api/v1/chatmessage/abort/${chatflowId}/${encodeURIComponent(chat)}`, {
      method: "PUT",
      headers: { ...(token && { Authorization: `Bearer ${token}` }) },
    });
  return { ctx, chatflowId, token: key.token, answer, abort };
}

async function readUntil(reader: ReadableStreamDefaultReader<string> | undefined, word: string): Promise<string> {
  for (let text = ""; ; ) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    text += value ?? "";
    if (done || text.includes(word)) return text;
  }
}

test("a chat that is ended by its caller stops the model, tells the client so, and what was said is recorded", async () => {
  const { token, answer, abort } = await ask(true);
  const reader = (await answer).body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await readUntil(reader, '"Hello"')).toContain('"Hello"');
  expect(await (await abort(token)).json()).toEqual({ status: 200, message: "Chat message aborted" });
  const rest = await readUntil(reader, "never comes");
  expect(rest).toBe('message:\ndata:{"event":"abort","data":"[DONE]"}\n\n');
  await eventually(() => provider.received[0]?.hungUpAt);
  expect(await db.prisma.prediction.findMany({ select: { answer: true, status: true } })).toEqual([
    { answer: "Hello", status: "aborted" },
  ]);
  expect(await (await abort(token)).json()).toEqual({
    status: 200,
    message: "Nothing was running here; other instances are told",
  });
});

test("an answer that does not stream ends with what was said so far", async () => {
  const { token, answer, abort } = await ask(false);
  await abort(token);
  expect(await (await answer).json()).toMatchObject({ chatId });
  expect(await db.prisma.prediction.count({ where: { status: "aborted" } })).toBe(1);
});

test("nobody ends another's answer, nor an answer of another chat: not without a token, and not with another key's", async () => {
  const { ctx, chatflowId, token, answer, abort } = await ask(true);
  const other = await createApiKey(ctx, { name: "Other" });
  expect([(await abort(null)).status, (await abort(other.token)).status]).toEqual([401, 403]);
  await addFurtherKey(ctx, { id: chatflowId, apiKeyId: other.id });
  for (const ended of [await abort(other.token), await abort(token, "chat 2")]) {
    expect(await ended.json()).toEqual({ status: 200, message: "Nothing was running here; other instances are told" });
  }
  expect(provider.received[0]?.hungUpAt).toBeNull();
  await abort(token);
  await (await answer).text();
});
