import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { parseChatRequest } from "@/lib/openai/chat-request";
import { responseId, sessionOfResponse } from "@/lib/openai/response-id";
import { parseResponsesRequest } from "@/lib/openai/responses-request";

const messages = [{ role: "user", content: "Hello?" }];
const chat = { model: "support", messages };
const response = { model: "support", input: "Hello?" };
const tool = { type: "function", name: "f" };

/** The field at fault and what is said of it. */
function problem(parse: (body: unknown) => unknown, body: unknown): [field: string | undefined, message: string] {
  try {
    parse(body);
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_input") return [error.field, error.message];
    throw error;
  }
  return expect.unreachable("it was taken");
}

const inMessage = (message: unknown) => ({ ...chat, messages: [message] });
const inContent = (...content: unknown[]) => inMessage({ role: "user", content });

describe("a chat completion's body", () => {
  test.each<[unknown, string | undefined, string]>([
    [[], undefined, "a JSON object"],
    ["Hello?", undefined, "a JSON object"],
    [{ messages }, "model", "model is required."],
    [{ ...chat, model: 7 }, "model", "model must be text."],
    [{ ...chat, model: "" }, "model", "model is required."],
    [{ model: "support" }, "messages", "a list of messages"],
    [{ ...chat, messages: "Hello?" }, "messages", "a list of messages"],
    [{ ...chat, messages: [] }, "messages", "at least one message"],
    [inMessage("Hello?"), "messages.0", "an object with role and content"],
    [inMessage({ content: "Hello?" }), "messages.0.role", "system, developer, user or assistant"],
    [inMessage({ role: "root", content: "Hello?" }), "messages.0.role", "system, developer, user or assistant"],
    [inMessage({ role: "user", content: 7 }), "messages.0.content", "text or a list of parts"],
    [inContent({ type: "input_audio", input_audio: {} }), "messages.0.content", "other parts are not taken"],
    [inContent({ type: "text" }), "messages.0.content", "text and image parts"],
    [inMessage({ role: "user" }), "messages", "no text"],
    [inMessage({ role: "user", content: "  " }), "messages", "no text"],
    [inMessage({ role: "user", content: "\0" }), "messages", "NUL"],
    [inMessage({ role: "user", content: "x".repeat(32_001) }), "messages", "at most 32000 characters"],
    [{ ...chat, messages: [{ role: "assistant", content: "\0" }, ...messages] }, "messages", "NUL"],
    [inMessage({ role: "assistant", content: "Hi." }), "messages", "must be the user’s"],
    [inMessage({ role: "system", content: "Hi." }), "messages", "must be the user’s"],
    [{ ...chat, stream: "yes" }, "stream", "true or false"],
    [{ ...chat, stream_options: 1 }, "stream_options", "an object"],
    [{ ...chat, stream_options: { include_usage: 1 } }, "stream_options.include_usage", "true or false"],
    [{ ...chat, n: 2 }, "n", "n can only be 1"],
    [{ ...chat, response_format: { type: "json_object" } }, "response_format.type", "response_format"],
    [{ ...chat, modalities: ["text", "audio"] }, "modalities.1", "answers in text"],
    [{ ...chat, audio: { voice: "x", format: "wav" } }, "audio", "answers in text"],
    [{ ...chat, logprobs: true }, "logprobs", "no probabilities"],
    [{ ...chat, top_logprobs: 3 }, "top_logprobs", "no probabilities"],
    [{ ...chat, stop: "\n" }, "stop", "leave stop out"],
    [{ ...chat, stop: ["END"] }, "stop", "leave stop out"],
    [{ ...chat, tools: [tool] }, "tools", "calls no tools"],
    [{ ...chat, tools: [tool], tool_choice: "auto" }, "tools", "calls no tools"],
    [{ ...chat, tool_choice: "required" }, "tool_choice", "calls no tools"],
    [{ ...chat, functions: [{ name: "f" }] }, "functions", "calls no tools"],
    [{ ...chat, web_search_options: {} }, "web_search_options", "searches no web"],
    [{ ...chat, messages: [...messages, { role: "tool", content: "7" }] }, "messages", "must be the user’s"],
    [{ ...chat, store: "no" }, "store", "true or false"],
    [{ ...chat, metadata: "x" }, "metadata", "an object"],
    [{ ...chat, metadata: { session_id: 7 } }, "metadata.session_id", "must be text"],
    [{ ...chat, metadata: { session_id: "x".repeat(257) } }, "metadata.session_id", "at most 256"],
    [{ ...chat, overrideConfig: [] }, "overrideConfig", "an object"],
  ])("%j", (body, field, message) => {
    const [foundField, foundMessage] = problem(parseChatRequest, body);
    expect(foundField).toBe(field);
    expect(foundMessage).toContain(message);
  });

  test("may be as bare as the SDK allows, each absent thing also null", () => {
    const nothing = { stream: null, stream_options: null, n: null, response_format: null, metadata: null, store: null };
    const idle = { ...{ tools: [], tool_choice: "auto", functions: [], stop: [], logprobs: false, top_logprobs: 0 } };
    const undescribed = { tools: [tool], tool_choice: "none", modalities: ["text"], web_search_options: null };
    for (const body of [
      chat,
      { ...chat, ...nothing, overrideConfig: null },
      { ...chat, ...idle },
      { ...chat, ...undescribed },
    ]) {
      const { request, ...rest } = parseChatRequest(body);
      expect(rest).toEqual({ model: "support", includeUsage: false });
      expect(request).toMatchObject({
        question: "Hello?",
        streaming: false,
        continuesSession: false,
        history: [],
        keeps: true,
      });
      expect(request.sessionId).toBe(request.chatId);
    }
  });
});

describe("a response's body", () => {
  test.each<[unknown, string | undefined, string]>([
    [null, undefined, "a JSON object"],
    [{ input: "Hello?" }, "model", "model is required."],
    [{ model: "support" }, "input", "text, or a list of messages"],
    [{ ...response, input: 7 }, "input", "text, or a list of messages"],
    [{ ...response, input: [{ role: "user", content: 7 }] }, "input", "text, or a list of messages"],
    [{ ...response, input: "" }, "input", "no text"],
    [{ ...response, input: [] }, "input", "must be the user’s"],
    [{ ...response, input: [{ type: "reasoning", summary: [] }] }, "input", "must be the user’s"],
    [{ ...response, background: true }, "background", "at once"],
    [{ ...response, text: { format: { type: "json_schema" } } }, "text.format.type", "text.format"],
    [{ ...response, input: [{ type: "item_reference", id: "msg_1" }] }, "input", "not as a reference"],
    [{ ...response, input: [{ role: "user", content: "?" }, { type: "function_call_output" }] }, "input", "the user’s"],
    [{ ...response, include: ["message.output_text.logprobs"] }, "include.0", "no probabilities"],
    [{ ...response, top_logprobs: 1 }, "top_logprobs", "no probabilities"],
    [{ ...response, prompt: { id: "pmpt_1" } }, "prompt", "operator’s prompt"],
    [{ ...response, tools: [tool] }, "tools", "calls no tools"],
    [{ ...response, tool_choice: { type: "web_search" } }, "tool_choice", "calls no tools"],
    [{ ...response, store: 0 }, "store", "true or false"],
    [{ ...response, conversation: "a", metadata: { session_id: "b" } }, "conversation", "send one of them"],
    [{ ...response, conversation: 7 }, "conversation", "must be text"],
    [{ ...response, previous_response_id: "resp_1" }, "previous_response_id", "not the id of a response"],
    [{ ...response, previous_response_id: 7 }, "previous_response_id", "must be text"],
  ])("%j", (body, field, message) => {
    const [foundField, foundMessage] = problem(parseResponsesRequest, body);
    expect(foundField).toBe(field);
    expect(foundMessage).toContain(message);
  });
});

test.each([[[]], [[{ type: "text", text: " " }]]])("images are a question of their own, beside %j as well", (texts) => {
  const data = "data:image/png;base64,AAAA";
  const asked = { question: "", inputs: { uploads: [{ type: "file", data }] } };
  const content = [...texts, { type: "image_url", image_url: { url: data } }];
  expect(parseChatRequest(inContent(...content)).request).toMatchObject(asked);
  const input = [{ role: "user", content: [...texts, { type: "input_image", image_url: data }] }];
  expect(parseResponsesRequest({ ...response, input }).request).toMatchObject(asked);
});

test("messages before the question may be longer than it, and halves of surrogate pairs in them are replaced", () => {
  const text = "x".repeat(32_001);
  const earlier = [
    { role: "user", content: text },
    { role: "assistant", content: `${text}\ud800` },
  ];
  const history = [{ question: text, answer: `${text}\ufffd` }];
  expect(parseChatRequest({ ...chat, messages: [...earlier, ...messages] }).request).toMatchObject({ history });
  expect(parseResponsesRequest({ ...response, input: [...earlier, ...messages] }).request).toMatchObject({ history });
});

test("a response that is not kept has an id that names no session", () => {
  const id = responseId("0193a0f0-0000-7000-8000-000000000001", null);
  expect(id).toBe("resp_0193a0f0000070008000000000000001");
  const [field, message] = problem(parseResponsesRequest, { ...response, previous_response_id: id });
  expect([field, message]).toEqual(["previous_response_id", expect.stringContaining("was stored")]);
});

test.each(["s", "Grüße, 世界", "x".repeat(256)])("a response's id names its session: %s", (session) => {
  const id = responseId("0193a0f0-0000-7000-8000-000000000001", session);
  expect(id).toMatch(/^resp_[\w-]+$/);
  expect(sessionOfResponse(id)).toBe(session);
});
