import { expect, test } from "vitest";
import { getChatflow } from "@/lib/chatflows/read";
import { sharingSchema } from "@/lib/sharing/schema";
import { getSharing, setSharing } from "@/lib/sharing/service";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const defaults = sharingSchema.parse({});

test("a new chatflow has every default", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  expect(await getSharing(ctx, chatflowId)).toEqual({ sharing: defaults, version: 1 });
});

test("a change is stored normalised, is on record with before and after, and is no conflict with an edit", async () => {
  const ctx = await operatorContext(db, "editor");
  const chatflowId = await createKnowledgeChatflow(ctx);
  const sharing = { title: " Ask us ", allowedOrigins: ["https://WWW.example.com/"], feedback: true };
  const after = { ...defaults, title: "Ask us", allowedOrigins: ["https://www.example.com"], feedback: true };
  expect(await setSharing(ctx, { chatflowId, version: 1, sharing })).toEqual({ sharing: after, version: 2 });
  expect(await getSharing(ctx, chatflowId)).toEqual({ sharing: after, version: 2 });
  expect(await getChatflow(ctx, chatflowId)).toMatchObject({ version: 1 });
  const event = await db.prisma.auditEvent.findFirst({ where: { action: "chatflow.sharing_changed" } });
  expect(event).toMatchObject({ targetId: chatflowId, detail: { before: defaults, after } });
});

test("of two changes of one version the second is refused and changes nothing", async () => {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  const change = (title: string) => setSharing(ctx, { chatflowId, version: 1, sharing: { title } });
  const results = await Promise.allSettled([change("First"), change("Second")]);
  const [refused, ...others] = results.filter((result) => result.status === "rejected");
  expect(others).toEqual([]);
  expect(refused?.reason).toMatchObject({ code: "conflict", status: 409 });
  const winner = results[0]?.status === "fulfilled" ? "First" : "Second";
  expect(await getSharing(ctx, chatflowId)).toMatchObject({ sharing: { title: winner }, version: 2 });
});
