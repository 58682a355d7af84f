import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, test } from "vitest";
import { chatCompletions } from "@/lib/providers/chat-completions";
import type { ModelPart } from "@/lib/providers/model";
import { type Reply, type Step, startProviderServer } from "@/lib/testing/provider-server";

const provider = await startProviderServer();
afterAll(() => provider.close());
beforeEach(() => provider.reset());

async function partsOf(reply: Reply, baseURL = `${provider.url}/v1`): Promise<ModelPart[]> {
  provider.reply(reply);
  const model = chatCompletions({ baseURL, model: "large", apiKey: "secret" });
  const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Hello?" }] }];
  return await Array.fromAsync(model({ prompt }, new AbortController().signal));
}

const event = (value: object) => ({ raw: `data: ${JSON.stringify(value)}\n\n` });
const says = (delta: object) => event({ choices: [{ index: 0, delta, finish_reason: null }] });
const ends = (reason: string) => event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const text = (...words: string[]) => words.map((word): ModelPart => ({ type: "text", text: word }));
const whole: ModelPart = { type: "end", end: "whole" };
const thought: ModelPart = { type: "thought" };

test.each<[string, Step[], ModelPart[]]>([
  [
    "words",
    [says({ content: "Hello" }), says({ content: " there." }), ends("stop")],
    [...text("Hello", " there."), whole],
  ],
  [
    "all of it with its end",
    [event({ choices: [{ delta: { content: "Hi" }, finish_reason: "stop" }] })],
    [...text("Hi"), whole],
  ],
  [
    "nothing in some events",
    [says({ content: "" }), says({ content: null }), says({ content: "Hi" }), ends("stop")],
    [...text("Hi"), whole],
  ],
  [
    "content in parts",
    [says({ content: [{ type: "text", text: "Hi" }, { type: "image" }] }), ends("stop")],
    [...text("Hi"), whole],
  ],
  [
    "a thought in parts",
    [says({ content: [{ type: "thinking", thinking: [] }] }), says({ content: "Hi" }), ends("stop")],
    [thought, ...text("Hi"), whole],
  ],
  [
    "thoughts by DeepSeek's name",
    [says({ reasoning_content: "Hm." }), says({ content: "Hi" }), ends("stop")],
    [thought, ...text("Hi"), whole],
  ],
  [
    "thoughts by OpenRouter's name",
    [says({ reasoning: "Hm." }), says({ content: "Hi" }), ends("stop")],
    [thought, ...text("Hi"), whole],
  ],
  ["a refusal", [says({ refusal: "I will not." }), ends("stop")], [...text("I will not."), whole]],
  ["a refusal that is none", [says({ content: "Hi", refusal: false }), ends("stop")], [...text("Hi"), whole]],
  ["until its limit", [says({ content: "Hi" }), ends("length")], [...text("Hi"), { type: "end", end: "length" }]],
  ["until a filter", [ends("content_filter")], [{ type: "end", end: "content-filter" }]],
  ["a tool call", [says({ tool_calls: [{ index: 0, function: { name: "look" } }] }), ends("tool_calls")], [whole]],
  ["no end", [says({ content: "Hi" })], text("Hi")],
  [
    "by Windows' line ends",
    [{ raw: 'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\r\n\r\n' }],
    [...text("Hi"), whole],
  ],
  [
    "with comments between",
    [{ raw: ": OPENROUTER PROCESSING\n\n" }, says({ content: "Hi" }), ends("stop")],
    [...text("Hi"), whole],
  ],
])("what a server says is understood: %s", async (_, steps, expected) => {
  expect(await partsOf({ steps: [...steps, { raw: "data: [DONE]\n\n" }, "end!"] })).toEqual(expected);
});

test.each([
  [
    { prompt_tokens: 3, completion_tokens: 4 },
    { inputTokens: 3, outputTokens: 4 },
  ],
  [
    { prompt_tokens: 3, completion_tokens: null },
    { inputTokens: 3, outputTokens: 0 },
  ],
  [{ prompt_tokens: "3" }, { inputTokens: 0, outputTokens: 0 }],
])("tokens are counted as numbers: %j", async (usage, counted) => {
  const parts = await partsOf({ steps: [ends("stop"), event({ choices: [], usage }), "end!"] });
  expect(parts).toEqual([{ type: "usage", ...counted }, whole]);
});

test("a character that comes in two pieces is one, and so is an event", async () => {
  const bytes = Buffer.from(says({ content: "Grüße 👋" }).raw);
  const at = bytes.indexOf("👋") + 2;
  const pieces = [bytes.subarray(0, 10), bytes.subarray(10, at), bytes.subarray(at)];
  const slowly = pieces.flatMap((raw): Step[] => [{ raw }, new Promise((resolve) => setTimeout(resolve, 50))]);
  expect(await partsOf({ steps: [...slowly, ends("stop"), "end!"] })).toEqual([...text("Grüße 👋"), whole]);
});

test("is called with the credential, without compression, and by a name", async () => {
  await partsOf({ steps: ["Hi"] });
  expect(provider.received[0]?.headers).toMatchObject({
    authorization: "Bearer secret",
    "accept-encoding": "identity",
    "user-agent": "flowlatch",
  });
});

test.each([
  [JSON.stringify({ error: { message: "No such model." } }), "No such model."],
  [JSON.stringify({ error: "No such model." }), "No such model."],
  [JSON.stringify({ object: "error", message: "No such model." }), "No such model."],
  ["<html>", ""],
])("a refusal's own words are kept for the operator: %s", async (body, message) => {
  await expect(partsOf({ status: 404, body })).rejects.toMatchObject({ statusCode: 404, message });
});

test("a refusal whose words break off is one all the same", async () => {
  const server = createServer((_, response) => {
    response.writeHead(429, { "Retry-After": "7" }).write('{"error":');
    setTimeout(() => response.destroy(), 50);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const refused = { statusCode: 429, responseHeaders: { "retry-after": "7" } };
  await expect(partsOf("hang up", `http://127.0.0.1:${port}`)).rejects.toMatchObject(refused);
  server.close();
});

test("an event that never ends is not kept", async () => {
  const more = { raw: `data: ${"x".repeat(1_048_576)}` };
  await expect(partsOf({ steps: [more, more, more, more, more, more, "end!"] })).rejects.toMatchObject({
    message: "The answer broke off.",
  });
});
