import { expect, test } from "vitest";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { deleteChatflow } from "@/lib/chatflows/delete";
import { getChatflow } from "@/lib/chatflows/read";
import { newId } from "@/lib/ids";
import { predict } from "@/lib/testing/call";
import { recordTurns } from "@/lib/testing/conversations";
import { testDatabase } from "@/lib/testing/database";
import { endingAfter } from "@/lib/testing/ending";
import { createGuardedChatflow, createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const actions = async () =>
  (await db.prisma.auditEvent.findMany({ orderBy: { id: "asc" } })).map(({ action }) => action);
const turns = (count: number) => Array.from({ length: count }, () => ({ sessionId: "s" }));

test("asks for the name and takes documents and passages along", async () => {
  const ctx = await operatorContext(db);
  const id = await createKnowledgeChatflow(ctx);
  await expect(deleteChatflow(ctx, { id, confirmName: "support" })).rejects.toMatchObject({
    code: "invalid_input",
    field: "confirmName",
  });
  await deleteChatflow(ctx, { id, confirmName: "Support " });
  await expect(getChatflow(ctx, id)).rejects.toMatchObject({ code: "not_found" });
  expect([await db.prisma.document.count(), await db.prisma.passage.count()]).toEqual([0, 0]);
  expect((await actions()).at(-1)).toBe("chatflow.deleted");
});

test("a long history goes in several transactions, the first of which closes the chatflow, each on record", async () => {
  const { ctx, chatflowId: id, key } = await createGuardedChatflow(db);
  await recordTurns(ctx, id, turns(8));
  const before = (await actions()).length;
  expect(await deleteChatflow(ctx, { id, confirmName: "Support" }, 3)).toEqual({ id, name: "Support" });
  expect(await db.prisma.chatflow.count()).toBe(0);
  expect(await db.prisma.prediction.count()).toBe(0);
  expect((await actions()).slice(before)).toEqual([
    ...["chatflow.closed", "chatflow.history_deleted", "chatflow.history_deleted"],
    "chatflow.deleted",
  ]);
  const [closed] = await db.prisma.auditEvent.findMany({ where: { action: "chatflow.closed" } });
  expect(closed?.detail).toMatchObject({ before: { access: "key", apiKeyId: key.id } });
  const [first] = await db.prisma.auditEvent.findMany({ where: { action: "chatflow.history_deleted" } });
  expect(first?.detail).toEqual({ predictions: 3, leads: 0, passages: expect.any(Number) });
});

test("what an ended deletion leaves is closed, and deleting it again does the rest, also where it was opened meanwhile", async () => {
  const { ctx, chatflowId: id, key } = await createGuardedChatflow(db);
  await recordTurns(ctx, id, turns(8));
  const remove = (of = ctx) => deleteChatflow(of, { id, confirmName: "Support" }, 3);
  await expect(remove(endingAfter(ctx, 1))).rejects.toThrow("ended");
  expect(await db.prisma.prediction.count()).toBe(5);
  const refused = await predict(id, { token: key.token });
  expect([refused.status, (await refused.json()).code]).toEqual([403, "chatflow_closed"]);
  await setChatflowAccess(ctx, { id, access: { kind: "public" } });
  expect((await predict(id)).status).toBe(200);
  await remove();
  await expect(getChatflow(ctx, id)).rejects.toMatchObject({ code: "not_found" });
  expect(await db.prisma.prediction.count()).toBe(0);
});

test("leads and passages go in batches as well, and another chatflow's stay", async () => {
  const ctx = await operatorContext(db);
  const id = await createKnowledgeChatflow(ctx);
  const other = await createKnowledgeChatflow(ctx, "Other");
  const { workspaceId } = ctx.actor;
  const lead = (chatflowId: string) => ({
    ...{ id: newId(), workspaceId, chatflowId, chatId: "c", name: "Olga", createdAt: ctx.now },
  });
  await db.prisma.lead.createMany({ data: [...Array.from({ length: 5 }, () => lead(id)), lead(other)] });
  await recordTurns(ctx, other, turns(1));
  const passages = await db.prisma.passage.count({ where: { chatflowId: other } });
  await deleteChatflow(ctx, { id, confirmName: "Support" }, 1);
  expect([await db.prisma.lead.count(), await db.prisma.prediction.count()]).toEqual([1, 1]);
  expect(await db.prisma.passage.count()).toBe(passages);
  expect(await db.prisma.document.count({ where: { chatflowId: id } })).toBe(0);
});
