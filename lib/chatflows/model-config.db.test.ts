import { expect, test } from "vitest";
import { getChatflow } from "@/lib/chatflows/read";
import { createChatflow, updateChatflow } from "@/lib/chatflows/service";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";
import { createTestProvider } from "@/lib/testing/model-chatflow";

const db = await testDatabase();
const nowhere = "http://127.0.0.1:1";

const on = (providerId: string) => ({ kind: "model", providerId, model: "small" }) as const;

test("a chatflow is put on a provider of its own workspace only", async () => {
  const ctx = await operatorContext(db);
  const own = await createTestProvider(ctx, nowhere, "openai");
  const foreign = await createTestProvider(await operatorContext(db), nowhere, "openai");
  const refused = { code: "invalid_input", status: 422, field: "engine.providerId" };
  await expect(createChatflow(ctx, { name: "Support", engine: on(foreign) })).rejects.toMatchObject(refused);
  expect(await db.prisma.chatflow.count()).toBe(0);
  const { id } = await createChatflow(ctx, { name: "Support", engine: on(own) });
  await expect(updateChatflow(ctx, { id, version: 1, name: "Help", engine: on(foreign) })).rejects.toMatchObject(
    refused,
  );
  expect(await getChatflow(ctx, id)).toMatchObject({ name: "Support", version: 1, engine: on(own) });
});

test("an engine can be changed for another, and back", async () => {
  const ctx = await operatorContext(db);
  const engine = on(await createTestProvider(ctx, nowhere, "openai"));
  const { id } = await createChatflow(ctx, { name: "Support", engine: { kind: "knowledge" } });
  await updateChatflow(ctx, { id, version: 1, name: "Support", engine });
  expect(await getChatflow(ctx, id)).toMatchObject({ engineKind: "model", engine });
  await updateChatflow(ctx, { id, version: 2, name: "Support", engine: { kind: "knowledge", maxPassages: 2 } });
  expect(await getChatflow(ctx, id)).toMatchObject({ engine: { kind: "knowledge", maxPassages: 2 }, version: 3 });
});

test("of two edits of one version the second is refused, and the prompt of the first stays", async () => {
  const ctx = await operatorContext(db);
  const engine = on(await createTestProvider(ctx, nowhere, "openai"));
  const { id } = await createChatflow(ctx, { name: "Support", engine });
  const edit = (version: number, systemPrompt: string) =>
    updateChatflow(ctx, { id, version, name: "Support", engine: { ...engine, systemPrompt } });
  await edit(1, "First");
  await expect(edit(1, "Second")).rejects.toMatchObject({ code: "conflict", status: 409 });
  expect(await getChatflow(ctx, id)).toMatchObject({ engine: { systemPrompt: "First" } });
  // Knowingly, by naming the version that is replaced.
  await edit(2, "Second");
  expect(await getChatflow(ctx, id)).toMatchObject({ engine: { systemPrompt: "Second" }, version: 3 });
});
