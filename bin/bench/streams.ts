import { Agent, type Dispatcher } from "undici";
import type { Database } from "@/lib/db/client";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { median, spread, table } from "./figures.ts";
import { measureFirstToken } from "./first-token.ts";
import { holdingQuestion } from "./holding-question.ts";
import { memoryOf } from "./processor-time.ts";
import { type Servers, startApp } from "./servers.ts";

const samples = 200;
const rounds = 5;
const openAtOnce = 1_000;

/** Milliseconds until the first bytes that hold a text. */
async function timeTo(text: string, agent: Agent, request: Dispatcher.RequestOptions): Promise<number> {
  const startedAt = performance.now();
  const { body } = await agent.request(request);
  let heard = "";
  let ms = Number.NaN;
  for await (const chunk of body) {
    heard += String(chunk);
    if (Number.isNaN(ms) && heard.includes(text)) ms = performance.now() - startedAt;
  }
  return ms;
}

/** First token, and streams that are open at the same time. */
export async function streams(db: Database, { provider }: Servers): Promise<string> {
  // Its own: what another measurement has left would be memory enough for many streams.
  const app = await startApp({});
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const asking = (question: string): Dispatcher.RequestOptions => ({
    origin: app.url,
    path: `/api/v1/prediction/${chatflowId}`,
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key.token}` },
    body: JSON.stringify({ question, streaming: true }),
  });
  const direct: Dispatcher.RequestOptions = {
    origin: provider.url,
    path: "/chat/completions",
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ stream: true, messages: [] }),
  };
  const agent = new Agent({ connections: openAtOnce, headersTimeout: 120_000, bodyTimeout: 0 });
  const added: number[] = [];
  for (let sample = 0; sample < samples; sample++) await timeTo("workshop", agent, asking("When?"));
  for (let round = 0; round < rounds; round++) {
    const [through, own]: [number[], number[]] = [[], []];
    for (let sample = 0; sample < samples; sample++) {
      through.push(await timeTo("workshop", agent, asking("When?")));
      own.push(await timeTo("workshop", agent, direct));
    }
    added.push(median(through) - median(own));
  }
  const memory = await memoryOfOpenStreams(agent, asking(holdingQuestion), app.pid ?? 0);
  const engines = await measureFirstToken(db);
  const rows = engines.map(({ kind, addedMs }) => [kind, median(addedMs).toFixed(2), spread(addedMs, 2)]);
  await agent.destroy();
  await app.stop();
  return `## Streams

A prediction's first words over HTTP came ${median(added).toFixed(2)} ms (${spread(added, 2)}) after the provider's own, verification and its statement included; median of ${samples} calls, ${rounds} rounds, one connection.

${openAtOnce} streams open at once held ${(memory / 1024).toFixed(0)} KiB of the server's memory each.

What the engine by itself adds, in milliseconds, by the provider's protocol:

${table([["", "added", "spread"], ...rows])}
`;
}

/** Memory of the server, in bytes, for each of many streams that have begun and go on. */
async function memoryOfOpenStreams(agent: Agent, request: Dispatcher.RequestOptions, pid: number): Promise<number> {
  const before = memoryOf(pid);
  const open = await Promise.all(
    Array.from({ length: openAtOnce }, async () => {
      const { body } = await agent.request(request);
      const words = body[Symbol.asyncIterator]();
      let heard = "";
      while (!heard.includes("holding")) heard += String((await words.next()).value);
      return body;
    }),
  );
  const held = memoryOf(pid) - before;
  for (const body of open) body.destroy();
  return held / openAtOnce;
}
