import { fetch } from "undici";
import type { Database } from "@/lib/db/client";
import { modelConfigSchema } from "@/lib/engines/config";
import { engineOf } from "@/lib/engines/registry";
import { publicCredentialId } from "@/lib/ids";
import { findProviderRow } from "@/lib/providers/row";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import type { DialectName } from "@/lib/testing/provider-dialects";
import { startProviderServer } from "@/lib/testing/provider-server";
import { median } from "./figures.ts";

const samples = 100;
const rounds = 5;
const kinds: DialectName[] = ["openai", "anthropic", "google", "openai-compatible"];

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

/** A chatflow on the provider's model; asked, it tells the milliseconds until its first token. */
async function askable(db: Database, serverUrl: string, kind: DialectName): Promise<() => Promise<number>> {
  const { ctx, chatflowId, providerId } = await createModelChatflow(db, serverUrl, { kind });
  const { workspaceId } = ctx.actor;
  const provider = await findProviderRow(db, workspaceId, providerId);
  const stored = { kind: "model", providerId, model: `model-${chatflowId}`, systemPrompt: "Be kind." };
  return async () => {
    const startedAt = performance.now();
    const { signal } = new AbortController();
    const flow = { db, workspaceId, chatflowId, hasDocuments: false, provider };
    const conversation = { credentialId: publicCredentialId, sessionId: "bench", chatId: "bench" };
    const call = {
      question: "Hello?",
      turns: [],
      conversation,
      streaming: true,
      inputs: {},
      requestId: "bench",
      signal,
    };
    let firstMs = 0;
    // Read from the stored configuration each time, as a prediction does.
    for await (const event of engineOf(modelConfigSchema.parse(stored)).answer({ ...flow, ...call })) {
      if (event.type === "token") firstMs ||= performance.now() - startedAt;
    }
    return firstMs;
  };
}

/** What the model engine adds to a provider's own first token, in milliseconds: the median of each round. */
export async function measureFirstToken(db: Database): Promise<{ kind: DialectName; addedMs: number[] }[]> {
  const provider = await startProviderServer();
  try {
    const results = [];
    for (const kind of kinds) {
      const ask = await askable(db, provider.url, kind);
      await ask();
      const url = provider.url + provider.received.at(-1)?.url;
      const addedMs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const [through, direct]: [number[], number[]] = [[], []];
        for (let sample = 0; sample < samples; sample++) {
          through.push(await ask());
          direct.push(await firstWordOfProvider(url));
        }
        addedMs.push(median(through) - median(direct));
      }
      results.push({ kind, addedMs });
    }
    return results;
  } finally {
    await provider.close();
  }
}
