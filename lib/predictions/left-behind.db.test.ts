import { setTimeout as sleep } from "node:timers/promises";
import { queryObjects } from "node:v8";
import { afterAll, expect, test } from "vitest";
import { generateToken } from "@/lib/api-keys/token";
import { predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import type { DialectName } from "@/lib/testing/provider-dialects";
import { startProviderServer } from "@/lib/testing/provider-server";

const db = await testDatabase();
const provider = await startProviderServer();
afterAll(() => provider.close());

const calls = 100;

/** How many signals something still holds: `queryObjects` collects garbage before it counts. */
async function held(): Promise<number> {
  await sleep(100);
  return queryObjects(AbortSignal, { format: "count" });
}

test.each<DialectName>(["openai-compatible", "openai"])(
  "an answered call of %s leaves nothing behind",
  async (kind) => {
    const { chatflowId, key } = await createModelChatflow(db, provider.url, { kind });
    const ask = async (token: string, streaming = false) => {
      const response = await predict(chatflowId, { token, body: { question: "Hello?", streaming } });
      await response.text();
      return response.status;
    };
    await ask(key.token);
    const before = await held();
    for (let call = 0; call < calls; call++) expect(await ask(key.token, call % 2 === 0)).toBe(200);
    for (let call = 0; call < calls; call++) expect(await ask(generateToken())).not.toBe(200);
    expect((await held()) - before).toBeLessThan(10);
  },
);
