import { expect, test } from "vitest";
import { createFirstOwner } from "@/lib/auth/users";
import { addDocuments } from "@/lib/chatflows/documents";
import { previewChatflow } from "@/lib/chatflows/preview";
import { getChatflow, listChatflows } from "@/lib/chatflows/read";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Turn } from "@/lib/engines/engine";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext, systemContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const { signal } = new AbortController();

async function ask(ctx: Context, chatflowId: string, question: string, turns: Turn[] = []) {
  let text = "";
  for await (const event of await previewChatflow(ctx, { chatflowId, question, turns, signal })) {
    if (event.type === "token") text += event.text;
  }
  return text;
}

test("a viewer may try a closed chatflow, and nothing of it is recorded", async () => {
  const owner = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(owner);
  const viewer = await operatorContext(db, "viewer", owner.actor.workspaceId);
  expect(await ask(viewer, chatflowId, "When does the workshop open?")).toMatch(/^The workshop opens at nine/);
  expect([await db.prisma.prediction.count(), await db.prisma.usageHour.count()]).toEqual([0, 0]);
});

test("a follow-up looks back as far as the chatflow remembers", async () => {
  const ctx = await operatorContext(db);
  const turns = [{ question: "Are returned bicycles refunded?", answer: "Yes." }];
  const withMemory = async (name: string, memoryTurns: number) => {
    const { id } = await createChatflow(ctx, { name, engine: { kind: "knowledge", memoryTurns } });
    await addDocuments(ctx, {
      chatflowId: id,
      documents: [
        {
          name: "rules.md",
          text: "# Hours\n\nOpen at nine.\n\n# Returns\n\nBicycles are refunded within fourteen days.",
        },
      ],
    });
    return id;
  };
  const remembering = await withMemory("Remembering", 3);
  const forgetful = await withMemory("Forgetful", 0);
  const question = "And the fourteen nights?";
  expect(await ask(ctx, remembering, question, turns)).toMatch(/refunded within fourteen days/);
  expect(await ask(ctx, forgetful, question, turns)).toMatch(/could not find/);
});

test("without documents the answer says so", async () => {
  const ctx = await operatorContext(db);
  const { id } = await createChatflow(ctx, { name: "Empty", engine: { kind: "knowledge" } });
  expect(await ask(ctx, id, "When does the workshop open?")).toMatch(/no documents yet/);
});

test("what is refused is refused before the first event", async () => {
  const chatflowId = await createKnowledgeChatflow(await operatorContext(db));
  const stranger = await operatorContext(db);
  const preview = (input: { chatflowId: string; question: string }) => previewChatflow(stranger, { ...input, signal });
  await expect(preview({ chatflowId, question: "When?" })).rejects.toMatchObject({ code: "not_found" });
  await expect(preview({ chatflowId, question: " " })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(preview({ chatflowId: "x", question: "When?" })).rejects.toMatchObject({ code: "invalid_input" });
});

test("a stored engine that cannot be read is a clear error, not an answer", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  await db.prisma.chatflow.update({ where: { id: chatflowId }, data: { engine: { kind: "gone" } } });
  await expect(ask(ctx, chatflowId, "When?")).rejects.toThrow(/engine settings cannot be read/);
});

test("a fresh deployment has one closed chatflow that answers from the guide", async () => {
  const password = "correct horse battery staple";
  const setup = { db, now: new Date(), requestId: newId(), address: null };
  const { workspaceId } = await createFirstOwner(setup, { name: "Olga", email: "olga@example.com", password });
  const ctx = await systemContext(db, workspaceId);
  const { items } = await listChatflows(ctx);
  expect(items).toMatchObject([{ name: "Flowlatch guide", access: "closed" }]);
  const id = items[0]?.id ?? "";
  expect((await getChatflow(ctx, id)).documents.map(({ name }) => name)).toContain("api-keys.md");
  expect(await ask(ctx, id, "I lost my token, what now?")).toMatch(/Regenerate the key/);
});

test("when the database goes away the failure is passed on, not answered", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  const answer = await previewChatflow(ctx, { chatflowId, question: "When does the workshop open?", signal });
  await db.takeAway();
  await expect(answer.next()).rejects.toThrow();
});
