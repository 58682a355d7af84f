import { fetch } from "undici";
import { afterAll, describe, expect, test } from "vitest";
import { modelConfigSchema } from "@/lib/engines/config";
import { engineOf } from "@/lib/engines/registry";
import { findProviderRow } from "@/lib/providers/row";
import { testDatabase } from "@/lib/testing/database";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import type { DialectName } from "@/lib/testing/provider-dialects";
import { startProviderServer } from "@/lib/testing/provider-server";

const db = await testDatabase({ emptyBeforeEach: false });
const provider = await startProviderServer();
afterAll(() => provider.close());

/** What the engine may add to the provider's own first token, in milliseconds at the median. */
const addedMaxMs = 3;
const samples = 100;
/** A busy machine disturbs whole rounds: the quietest tells what the engine itself takes. */
const rounds = 3;

/** Enough of a request for each protocol. */
const body = JSON.stringify({ messages: [], contents: [] });

async function firstWordOfProvider(url: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(url, { method: "POST", body });
  let text = "";
  let firstMs = 0;
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk);
    if (firstMs === 0 && text.includes("Hello")) firstMs = performance.now() - startedAt;
  }
  return firstMs;
}

/** A chatflow on the provider's model, asked once; returns the milliseconds until its first token. */
async function askable(kind: DialectName): Promise<() => Promise<number>> {
  const { ctx, chatflowId, providerId } = await createModelChatflow(db, provider.url, { kind });
  const { workspaceId } = ctx.actor;
  const row = await findProviderRow(db, workspaceId, providerId);
  const stored = { kind: "model", providerId, model: `model-${chatflowId}`, systemPrompt: "Be kind." };
  return async () => {
    const startedAt = performance.now();
    const { signal } = new AbortController();
    const flow = { db, workspaceId, chatflowId, hasDocuments: false, provider: row };
    const call = { question: "Hello?", turns: [], inputs: {}, requestId: "test-request", signal };
    let firstMs = 0;
    // Read from the stored configuration each time, as a prediction does.
    for await (const event of engineOf(modelConfigSchema.parse(stored)).answer({ ...flow, ...call })) {
      if (event.type === "token") firstMs ||= performance.now() - startedAt;
    }
    return firstMs;
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe.each<DialectName>(["openai", "anthropic", "google", "openai-compatible"])("%s", (kind) => {
  test("the engine adds less than 3 ms to the provider's own first token", async () => {
    const ask = await askable(kind);
    await ask();
    const url = provider.url + provider.received.at(-1)?.url;
    const added: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [through, direct]: [number[], number[]] = [[], []];
      for (let sample = 0; sample < samples; sample++) {
        through.push(await ask());
        direct.push(await firstWordOfProvider(url));
      }
      added.push(median(through) - median(direct));
    }
    expect(Math.min(...added)).toBeLessThan(addedMaxMs);
  });

  test("the first call of a chatflow waits for no module that an earlier one has loaded", async () => {
    await (await askable(kind))();
    const [first, second]: [number[], number[]] = [[], []];
    for (let chatflow = 0; chatflow < 15; chatflow++) {
      const ask = await askable(kind);
      first.push(await ask());
      second.push(await ask());
    }
    expect(median(first) - median(second)).toBeLessThan(addedMaxMs);
  });
});
