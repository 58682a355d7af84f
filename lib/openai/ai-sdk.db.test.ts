import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { describe, expect, test } from "vitest";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { generateToken } from "@/lib/api-keys/token";
import { clientStage } from "@/lib/testing/client-stage";
import { createModelChatflow } from "@/lib/testing/model-chatflow";

const { db, url, provider } = await clientStage();
const assistant = await createModelChatflow(db, provider.url);

const baseURL = `${url}/api/openai/v1`;
const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Hello?" }] }];
const text = (parts: { type: string; text?: string }[]) => parts.map((part) => part.text ?? "").join("");

/** The AI SDK's providers as they are on npm; only their base URL is ours. */
const providers: [string, (apiKey: string) => LanguageModelV4][] = [
  [
    "@ai-sdk/openai-compatible",
    (apiKey) => createOpenAICompatible({ name: "flowlatch", baseURL, apiKey, includeUsage: true })("assistant"),
  ],
  ["@ai-sdk/openai (responses)", (apiKey) => createOpenAI({ baseURL, apiKey }).responses("assistant")],
  ["@ai-sdk/openai (chat)", (apiKey) => createOpenAI({ baseURL, apiKey }).chat("assistant")],
];

describe.each(providers)("the AI SDK's %s", (_, modelOf) => {
  test("generates", async () => {
    const { content, usage, finishReason } = await modelOf(assistant.key.token).doGenerate({ prompt });
    expect(text(content as { type: string; text?: string }[])).toBe("Hello there.");
    expect([usage.inputTokens.total, usage.outputTokens.total, finishReason.unified]).toEqual([11, 2, "stop"]);
  });

  test("streams", async () => {
    const { stream } = await modelOf(assistant.key.token).doStream({ prompt });
    const parts: LanguageModelV4StreamPart[] = await Array.fromAsync(stream);
    const deltas = parts.flatMap((part) => (part.type === "text-delta" && part.delta ? [part.delta] : []));
    expect(deltas).toEqual(["Hello", " there."]);
    expect(parts.at(-1)).toMatchObject({ type: "finish", usage: { inputTokens: { total: 11 } } });
    expect(parts.filter(({ type }) => type === "error")).toEqual([]);
  });

  test("is told of a wrong token, of a limit with Retry-After, and of a stream that broke off", async () => {
    const wrong = modelOf(generateToken()).doGenerate({ prompt });
    await expect(wrong).rejects.toMatchObject({ statusCode: 401, isRetryable: false, message: /not valid/ });
    const { ctx, key } = await createModelChatflow(db, provider.url);
    await setApiKeyLimits(ctx, { id: key.id, limits: [{ kind: "rate", per: "day", max: 1 }] });
    provider.reply({ steps: ["Hello", "cut!"] });
    const { stream } = await modelOf(key.token).doStream({ prompt });
    expect((await Array.fromAsync(stream)).map(({ type }) => type)).toContain("error");
    const limited = modelOf(key.token).doStream({ prompt });
    await expect(limited).rejects.toMatchObject({
      statusCode: 429,
      message: "This API key has reached its limit of 1 call per day.",
      responseHeaders: { "retry-after": expect.stringMatching(/^\d+$/) },
    });
  });
});
