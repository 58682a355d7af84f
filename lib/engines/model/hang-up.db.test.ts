import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createModelChatflow, type ModelChatflowOptions } from "@/lib/testing/model-chatflow";
import type { DialectName } from "@/lib/testing/provider-dialects";
import { never, type Step, startProviderServer } from "@/lib/testing/provider-server";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase();
const provider = await startProviderServer();
const server = await serveRoutes();
afterAll(async () => {
  await server.close();
  await provider.close();
});
beforeEach(() => provider.reset());

/** Turns of the event loop, which all three sides share here: enough to read what was written. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}

const recorded = () => eventually(() => db.prisma.prediction.findFirst());
const hungUp = () => eventually(() => provider.received[0]?.hungUpAt);

/** Calls over a socket of its own; the provider takes these steps. */
async function call(streaming: boolean, steps: Step[], options: ModelChatflowOptions = {}) {
  const { chatflowId, key } = await createModelChatflow(db, provider.url, options);
  provider.reply({ steps });
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

describe.each<DialectName>(["openai", "anthropic", "google", "openai-compatible"])("%s", (kind) => {
  test("hanging up in the middle of a stream is seen by the provider, and what was said is recorded", async () => {
    const { client, response } = await call(true, ["Hello", never], { kind });
    const reader = (await response).body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes('"Hello"')) text += (await reader?.read())?.value ?? "";
    expect(provider.received[0]?.hungUpAt).toBeNull();
    client.abort();
    await hungUp();
    const row = await recorded();
    expect(row).toMatchObject({ status: "aborted", answer: "Hello", errorCode: null });
    // Only Anthropic counts before its answer is over.
    expect(row.usage).toEqual(kind === "anthropic" ? { inputTokens: 11, outputTokens: 1 } : null);
  });

  test("hanging up on an answer as JSON is seen by the provider, and what was said is recorded", async () => {
    let second: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      second = resolve;
    });
    const { client } = await call(false, ["Hello", " wor", both, never], { kind });
    await eventually(() => provider.received[0]);
    second();
    await turns(200);
    client.abort();
    await hungUp();
    expect(await recorded()).toMatchObject({ status: "aborted", answer: "Hello wor", errorCode: null });
  });

  test("hanging up before the first token ends the call, which is not tried again", async () => {
    const { client } = await call(true, [never], { kind });
    await eventually(() => provider.received[0]);
    client.abort();
    await hungUp();
    expect(await recorded()).toMatchObject({ status: "aborted", answer: "", firstTokenMs: null });
    expect(provider.received).toHaveLength(1);
  });
});

test("a caller who stops reading without hanging up holds the provider back, and is cut off at the time limit", async () => {
  // Far more than the buffers on the way hold.
  const flood = Array.from({ length: 400 }, () => "word ".repeat(10_000));
  const { response } = await call(true, flood, { engine: { firstTokenTimeoutSeconds: 1, answerTimeoutSeconds: 1 } });
  const reader = (await response).body?.getReader();
  await reader?.read();
  await hungUp();
  await reader?.cancel();
  expect(await recorded()).toMatchObject({ status: expect.stringMatching(/error|aborted/) });
});
