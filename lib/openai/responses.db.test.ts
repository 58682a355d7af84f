import { afterAll, expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { addFurtherKey } from "@/lib/chatflows/further-keys";
import { openingFollowUp, openingQuestion as question } from "@/lib/testing/call";
import { clientStage } from "@/lib/testing/client-stage";
import { createFlowiseChatflow } from "@/lib/testing/flowise-chatflow";
import { startFlowiseServer } from "@/lib/testing/flowise-server";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { openAiClient, openAiRefusal as refusal, user } from "@/lib/testing/openai-client";

const { db, url, provider, guarded } = await clientStage();
const flowise = await startFlowiseServer();
afterAll(() => flowise.close());
const assistant = await createModelChatflow(db, provider.url, {
  engine: { systemPrompt: "Be {{tone}}.", variables: [{ name: "tone", default: "kind" }], allowImages: true },
});
const client = (apiKey = guarded.key.token) => openAiClient(url, apiKey);
const ofAssistant = client(assistant.key.token).responses;
const opening = "The workshop opens at nine";

test("responses answer with output text and usage", async () => {
  const response = await ofAssistant.create({
    model: "assistant",
    input: "Hello?",
    metadata: { for: "us" },
  });
  expect(response).toMatchObject({
    object: "response",
    status: "completed",
    model: "assistant",
    metadata: { for: "us" },
  });
  expect(response.output_text).toBe("Hello there.");
  expect(response.usage).toMatchObject({ input_tokens: 11, output_tokens: 2, total_tokens: 13 });
});

test("responses stream the same answer in the SDK's own events", async () => {
  const stream = ofAssistant.stream({ model: "assistant", input: [user("Hello?")] });
  const events = await Array.fromAsync(stream);
  expect(events.map(({ type }) => type)).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ]);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
  expect(await stream.finalResponse()).toMatchObject({ output_text: "Hello there.", usage: { total_tokens: 13 } });
});

test.each([
  ["length", "max_output_tokens"],
  ["content_filter", "content_filter"],
])("a response that was cut by %s is incomplete, streamed or not", async (by, reason) => {
  const cut = { raw: `data: {"choices":[{"index":0,"delta":{},"finish_reason":"${by}"}]}\n\ndata: [DONE]\n\n` };
  provider.reply({ steps: ["Hello", cut, "end!"] }, { steps: ["Hello", cut, "end!"] });
  const incomplete = { status: "incomplete", incomplete_details: { reason }, output: [{ status: "incomplete" }] };
  const response = await ofAssistant.create({ model: "assistant", input: "Hello?" });
  expect(response).toMatchObject({ ...incomplete, output_text: "Hello" });
  const events = await Array.fromAsync(await ofAssistant.create({ model: "assistant", input: "Hello?", stream: true }));
  expect(events.at(-1)).toMatchObject({ type: "response.incomplete", response: incomplete });
});

test("responses take earlier messages and pass over instructions and tools", async () => {
  await ofAssistant.create({
    model: "assistant",
    instructions: "Be rude.",
    tools: [],
    input: [
      user("One?"),
      {
        type: "message",
        id: "msg_1",
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text: "One.", annotations: [] }],
      },
      { type: "function_call_output", call_id: "c", output: "7" },
      { role: "user", content: [{ type: "input_text", text: "Two?" }] },
    ],
  });
  const { system, messages } = provider.received[0]?.prompt ?? {};
  expect(system).toBe("Be kind.");
  expect(messages?.map(({ text }) => text)).toEqual(["One?", "One.", "Two?"]);
});

test("responses continue the conversation of previous_response_id, of `conversation` and of the session", async () => {
  const { responses } = client();
  const first = await responses.create({ model: "support", input: question });
  const next = await responses.create({ model: "support", input: openingFollowUp, previous_response_id: first.id });
  expect(next.output_text).toContain(opening);
  expect(next.previous_response_id).toBe(first.id);
  for (const named of [{ conversation: "c-1" }, { metadata: { session_id: "s-9" } }]) {
    await responses.create({ model: "support", input: question, ...named });
    const again = await responses.create({ model: "support", input: openingFollowUp, ...named });
    expect(again.output_text).toContain(opening);
  }
});

test("responses are not answered as if they began, where what they continue is not there", async () => {
  const { ctx, chatflowId } = guarded;
  const { responses } = client();
  const first = await responses.create({ model: "support", input: question });
  const other = await createApiKey(ctx, { name: `Further ${chatflowId}` });
  await addFurtherKey(ctx, { id: chatflowId, apiKeyId: other.id });
  const next = { model: "support", input: openingFollowUp, previous_response_id: first.id };
  const notFound = { status: 400, type: "invalid_request_error", code: "previous_response_not_found" };
  expect(await refusal(client(other.token).responses.create(next))).toMatchObject(notFound);
  await db.prisma.prediction.deleteMany();
  expect(await refusal(responses.create(next))).toMatchObject(notFound);
  const forgetful = await createModelChatflow(db, provider.url, { engine: { memoryTurns: 0 } });
  const asked = { ...next, model: forgetful.chatflowId };
  const refused = await refusal(client(forgetful.key.token).responses.create(asked));
  expect(refused).toMatchObject({ ...notFound, message: expect.stringContaining("does not look back") });
  expect(provider.received).toEqual([]);
});

test("responses end a stream that breaks off with the error", async () => {
  provider.reply({ steps: ["Hello", "cut!"] });
  const stream = await ofAssistant.create({ model: "assistant", input: "Hello?", stream: true });
  expect(await refusal(Array.fromAsync(stream))).toMatchObject({ code: "upstream_failed" });
});

test("with store: false, nothing of a turn is kept but its count, and it cannot be continued", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url, { engine: { memoryTurns: 3 } });
  const { responses, chat } = client(key.token);
  const model = chatflowId;
  const kept = await responses.create({ model, input: "One?" });
  expect(kept).toHaveProperty("store", true);
  const passing = { model, input: "Two?", store: false, previous_response_id: kept.id };
  const response = await responses.create(passing);
  expect(response).toHaveProperty("store", false);
  await Array.fromAsync(await responses.create({ ...passing, stream: true }));
  await chat.completions.create({ model, messages: [user("Three?")], store: false });
  expect(provider.received[1]?.prompt.messages.map(({ text }) => text)).toEqual(["One?", "Hello there.", "Two?"]);
  expect(await db.prisma.prediction.findMany({ select: { question: true } })).toEqual([{ question: "One?" }]);
  const usage = await db.prisma.usageHour.aggregate({ where: { chatflowId }, _sum: { predictions: true } });
  expect(usage._sum.predictions).toBe(4);
  const refused = await refusal(responses.create({ model, input: "?", previous_response_id: response.id }));
  expect(refused).toMatchObject({ status: 400, code: "previous_response_not_found", param: "previous_response_id" });
});

test("responses of a chatflow that keeps nothing say so", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  await db.prisma.chatflow.update({ where: { id: chatflowId }, data: { retentionDays: 0 } });
  const response = await client(key.token).responses.create({ model: chatflowId, input: "One?" });
  expect(response).toHaveProperty("store", false);
  expect(await db.prisma.prediction.count()).toBe(0);
});

test("a flow on a Flowise server, which remembers by itself, is not asked with store: false, and says that it stores", async () => {
  const { chatflowId: model, key } = await createFlowiseChatflow(db, flowise);
  const { responses, chat } = client(key.token);
  const refused = { status: 400, type: "invalid_request_error", code: "invalid_value", param: "store" };
  for (const stream of [false, true]) {
    const asked = [
      responses.create({ model, input: "Hi?", store: false, stream }),
      chat.completions.create({ model, messages: [user("Hi?")], store: false, stream }),
    ];
    for (const call of asked) {
      expect(await refusal(call)).toMatchObject({ ...refused, message: expect.stringContaining("Flowise server") });
    }
  }
  expect([flowise.received, await db.prisma.prediction.count()]).toEqual([[], 0]);

  await db.prisma.chatflow.update({ where: { id: model }, data: { retentionDays: 0 } });
  expect(await responses.create({ model, input: "Hi?" })).toMatchObject({ store: true, output_text: "Hello there." });
  expect([flowise.received.length, await db.prisma.prediction.count()]).toEqual([1, 0]);
});
