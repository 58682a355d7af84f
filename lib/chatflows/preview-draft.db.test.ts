import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { addDocuments } from "@/lib/chatflows/documents";
import { type PreviewInput, previewChatflow } from "@/lib/chatflows/preview";
import { getChatflow } from "@/lib/chatflows/read";
import type { Context } from "@/lib/context";
import type { EngineEvent } from "@/lib/engines/engine";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, handbook, operatorContext } from "@/lib/testing/fixtures";
import { createModelChatflow, createTestProvider } from "@/lib/testing/model-chatflow";
import { never, startProviderServer } from "@/lib/testing/provider-server";

const db = await testDatabase();
const provider = await startProviderServer();
afterAll(() => provider.close());
beforeEach(() => provider.reset());

const question = "When does the workshop open?";

async function tryOut(
  ctx: Context,
  input: Omit<PreviewInput, "question"> & { question?: string },
  signal = new AbortController().signal,
): Promise<EngineEvent[]> {
  return await Array.fromAsync(await previewChatflow(ctx, { question, ...input, signal }));
}

const lastPrompt = () => provider.received.at(-1)?.prompt;

test("an edited engine answers before it is saved, and saves nothing", async () => {
  const { ctx, chatflowId, providerId } = await createModelChatflow(db, provider.url, {
    engine: { systemPrompt: "Be brief." },
  });
  const saved = await getChatflow(ctx, chatflowId);
  const engine = { kind: "model", providerId, model: "other", systemPrompt: "Be kind to {{name}}." } as const;
  const edited = { ...engine, variables: [{ name: "name", default: "you" }], temperature: 0.2 };
  const events = await tryOut(ctx, { chatflowId, engine: edited, vars: { name: "Ada" } });
  expect(lastPrompt()).toMatchObject({ model: "other", system: "Be kind to Ada.", temperature: 0.2 });
  expect(events).toContainEqual({ type: "usage", usage: { inputTokens: 11, outputTokens: 2 } });
  await tryOut(ctx, { chatflowId });
  expect(lastPrompt()).toMatchObject({ model: "test-model", system: "Be brief." });
  expect(await getChatflow(ctx, chatflowId)).toEqual(saved);
  expect([await db.prisma.prediction.count(), await db.prisma.usageHour.count()]).toEqual([0, 0]);
});

test("another kind of engine can be tried on the documents that are there", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  const providerId = await createTestProvider(ctx, provider.url, "openai");
  const events = await tryOut(ctx, { chatflowId, engine: { kind: "model", providerId, model: "small" } });
  expect(lastPrompt()?.system).toContain("The workshop opens at nine");
  expect(events.some(({ type }) => type === "sources")).toBe(true);
});

test("memory and images are those of the edited engine", async () => {
  const { ctx, chatflowId, providerId } = await createModelChatflow(db, provider.url);
  await addDocuments(ctx, { chatflowId, documents: [{ name: "handbook.md", text: handbook }] });
  const turns = [1, 2, 3].map((turn) => ({ question: `question ${turn}`, answer: `answer ${turn}` }));
  const dot = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
  const uploads = [{ type: "file", name: "dot.gif", mime: "image/gif", data: dot }];
  const engine = { kind: "model", providerId, model: "small", memoryTurns: 1, grounding: false } as const;
  await tryOut(ctx, { chatflowId, turns, uploads, engine: { ...engine, allowImages: true } });
  expect(lastPrompt()?.messages).toEqual([
    { role: "user", text: "question 3", images: [] },
    { role: "assistant", text: "answer 3", images: [] },
    { role: "user", text: question, images: [dot] },
  ]);
  await expect(tryOut(ctx, { chatflowId, uploads, engine })).rejects.toMatchObject({
    code: "invalid_input",
    field: "uploads",
  });
});

test("an image can be tried alone, and nothing cannot", async () => {
  const { ctx, chatflowId } = await createModelChatflow(db, provider.url, { engine: { allowImages: true } });
  const uploads = [{ type: "file", data: "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" }];
  await tryOut(ctx, { chatflowId, question: " ", uploads });
  expect(lastPrompt()?.messages).toMatchObject([{ text: "", images: [expect.any(String)] }]);
  for (const nothing of [{}, { uploads: [] }]) {
    await expect(tryOut(ctx, { chatflowId, question: " ", ...nothing })).rejects.toMatchObject({
      code: "invalid_input",
      field: "question",
      message: "Ask a question.",
    });
  }
});

test("stopping gives up the provider's call", async () => {
  const { ctx, chatflowId } = await createModelChatflow(db, provider.url);
  provider.reply({ steps: ["Once", never] });
  const abort = new AbortController();
  const answer = await previewChatflow(ctx, { chatflowId, question, signal: abort.signal });
  expect(await answer.next()).toEqual({ done: false, value: { type: "token", text: "Once" } });
  abort.abort();
  expect(await answer.next()).toEqual({ done: true, value: undefined });
  await expect.poll(() => provider.received[0]?.hungUpAt).not.toBeNull();
});

describe("an edited engine is refused, and no provider called,", () => {
  const model = (providerId: string) => ({ kind: "model", providerId, model: "small" }) as const;

  test("when the operator may not save it", async () => {
    const { ctx, chatflowId, providerId } = await createModelChatflow(db, provider.url);
    const viewer = await operatorContext(db, "viewer", ctx.actor.workspaceId);
    const forbidden = { code: "forbidden" };
    await expect(tryOut(viewer, { chatflowId, engine: model(providerId) })).rejects.toMatchObject(forbidden);
    // Also when it is not one, so that nothing depends on what is sent.
    await expect(tryOut(viewer, { chatflowId, engine: null as never })).rejects.toMatchObject(forbidden);
    expect(provider.received).toEqual([]);
    await tryOut(viewer, { chatflowId });
    expect(provider.received).toHaveLength(1);
  });

  test("when its provider is another workspace's, or none", async () => {
    const { ctx, chatflowId } = await createModelChatflow(db, provider.url);
    const stranger = await createModelChatflow(db, provider.url);
    for (const providerId of [stranger.providerId, "01890000-0000-7000-8000-000000000001"]) {
      await expect(tryOut(ctx, { chatflowId, engine: model(providerId) })).rejects.toMatchObject({
        code: "invalid_input",
        status: 422,
        field: "engine.providerId",
      });
    }
    expect(provider.received).toEqual([]);
  });

  test("when a field of it is wrong, which is named", async () => {
    const { ctx, chatflowId, providerId } = await createModelChatflow(db, provider.url);
    const variables = [{ name: "a" }, { name: "a" }];
    for (const [part, field] of [
      [{ model: " " }, "engine.model"],
      [{ temperature: 3 }, "engine.temperature"],
      [{ variables }, "engine.variables.1.name"],
      [{ kind: "magic" }, "engine.kind"],
    ] as const) {
      await expect(
        tryOut(ctx, { chatflowId, engine: { ...model(providerId), ...part } as never }),
      ).rejects.toMatchObject({ code: "invalid_input", field });
    }
    expect(provider.received).toEqual([]);
  });
});
