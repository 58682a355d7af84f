import { afterAll, beforeEach, expect, test } from "vitest";
import { type PreviewInput, previewChatflow } from "@/lib/chatflows/preview";
import { createChatflow, updateChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { listProviders } from "@/lib/providers/list";
import { createProvider } from "@/lib/providers/service";
import { listFlows, listModels } from "@/lib/providers/test-connection";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";
import { createFlowiseChatflow } from "@/lib/testing/flowise-chatflow";
import { startFlowiseServer } from "@/lib/testing/flowise-server";
import { createTestProvider } from "@/lib/testing/model-chatflow";

const db = await testDatabase();
const flowise = await startFlowiseServer();
afterAll(() => flowise.close());
beforeEach(() => flowise.reset());

const { signal } = new AbortController();

/** The words of an answer as its operator hears them. */
async function said(ctx: Context, input: PreviewInput): Promise<string> {
  const events = await Array.fromAsync(await previewChatflow(ctx, { ...input, signal }));
  return events.map((event) => (event.type === "token" ? event.text : "")).join("");
}

test("a Flowise server is saved once it has listed its flows, its key encrypted, and who uses it is told by flow", async () => {
  const ctx = await operatorContext(db);
  const server = { name: "Our Flowise", kind: "flowise", baseUrl: flowise.url } as const;
  for (const apiKey of ["", "wrong"]) {
    await expect(createProvider(ctx, { ...server, apiKey })).rejects.toMatchObject({ field: "apiKey" });
  }
  const apiKey = flowise.apiKeys[0]?.apiKey ?? "";
  const { id, report } = await createProvider(ctx, { ...server, apiKey });
  expect(report).toMatchObject({ models: null, message: "The connection works. The provider offers 3 flows." });
  const row = await db.prisma.provider.findFirst();
  expect(Buffer.from(row?.credential ?? []).includes(apiKey)).toBe(false);
  expect((await listFlows(ctx, id)).flows).toEqual(report?.flows);
  expect(await listModels(ctx, id)).toEqual({ models: [] });

  const flow = { kind: "flowise", providerId: id, flowId: "f-1" } as const;
  await createChatflow(ctx, { name: "By id", engine: flow });
  await createChatflow(ctx, { name: "By name", engine: { ...flow, flowName: "Support" } });
  const [listed] = await listProviders(ctx);
  expect(listed?.chatflows.map(({ name, model }) => [name, model])).toEqual([
    ["By id", "f-1"],
    ["By name", "Support"],
  ]);
});

test("a model is not put on a Flowise server, nor a flow on any other, saved or tried", async () => {
  const { ctx, chatflowId, providerId } = await createFlowiseChatflow(db, flowise);
  const models = await createTestProvider(ctx, flowise.url, "openai");
  const wrong = [
    [{ kind: "model", providerId, model: "large" }, /which has no models/],
    [{ kind: "flowise", providerId: models, flowId: "f-1" }, /so it has no flows/],
  ] as const;
  for (const [engine, message] of wrong) {
    const refused = { code: "invalid_input", field: "engine.providerId", message: expect.stringMatching(message) };
    await expect(createChatflow(ctx, { name: "Other", engine })).rejects.toMatchObject(refused);
    const update = updateChatflow(ctx, { id: chatflowId, version: 1, name: "Support", engine });
    await expect(update).rejects.toMatchObject(refused);
    await expect(said(ctx, { chatflowId, question: "?", engine })).rejects.toMatchObject(refused);
  }
  expect(flowise.received).toEqual([]);
});

test("who edits a chatflow tries a conversation with its flow, reads Flowise's own words, and nothing is recorded", async () => {
  const { ctx, chatflowId, providerId } = await createFlowiseChatflow(db, flowise);
  const sessionId = newId();
  expect(await said(ctx, { chatflowId, question: "I am Ada.", sessionId })).toBe("Hello there.");
  const question = "What did I say?";
  expect(await said(ctx, { chatflowId, question, sessionId })).toBe("I am Ada.");
  expect(await said(ctx, { chatflowId, question })).toBe("Nothing.");
  const colleague = await operatorContext(db, "editor", ctx.actor.workspaceId);
  expect(await said(colleague, { chatflowId, question, sessionId })).toBe("Nothing.");

  const draft = { kind: "flowise", providerId, flowId: flowise.chatflows[0]?.id ?? "" } as const;
  await said(ctx, { chatflowId, question, engine: draft });
  expect(flowise.received.at(-1)?.flowId).toBe(draft.flowId);

  flowise.reply({ status: 500, body: { message: "Node llm_0: no credential" } });
  await expect(said(ctx, { chatflowId, question })).rejects.toMatchObject({
    message: expect.stringMatching(/its status was 500.*\(Node llm_0: no credential\)$/),
  });
  expect(await db.prisma.prediction.count()).toBe(0);
});
