import { afterAll, expect, test } from "vitest";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { addFurtherKey, removeFurtherKey } from "@/lib/chatflows/further-keys";
import { openingQuestion } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startSecondInstance } from "@/lib/testing/second-instance";

const db = await testDatabase();
const other = await startSecondInstance(db.url);
afterAll(() => other.stop());

async function callOther(chatflowId: string, token: string): Promise<string> {
  const response = await fetch(`${other.url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ question: openingQuestion }),
  });
  const { code } = (await response.json()) as { code?: string };
  return code ?? String(response.status);
}

test("a further key added while its chatflow is made public never leaves it public and keyed", async () => {
  const { ctx, chatflowId } = await createGuardedChatflow(db);
  const { id: apiKeyId } = await createApiKey(ctx, { name: "Partner" });
  for (let n = 0; n < 25; n++) {
    const key = await createApiKey(ctx, { name: `Main ${n}`, chatflowId });
    const [opened] = await Promise.allSettled([
      setChatflowAccess(ctx, { id: chatflowId, access: { kind: "public" } }),
      addFurtherKey(ctx, { id: chatflowId, apiKeyId }),
    ]);
    expect(opened.status).toBe("fulfilled");
    expect(await db.prisma.chatflow.findFirst()).toMatchObject({ isPublic: true, apiKeyId: null });
    expect(await db.prisma.chatflowFurtherKey.count()).toBe(0);
    await deleteApiKey(ctx, { id: key.id, confirmName: key.name });
  }
});

test("a further key added while it is deleted is gone from the chatflow, and nothing deadlocks", async () => {
  const { ctx, chatflowId } = await createGuardedChatflow(db);
  for (let n = 0; n < 25; n++) {
    const { id, name } = await createApiKey(ctx, { name: `Partner ${n}` });
    const [deleted] = await Promise.allSettled([
      deleteApiKey(ctx, { id, confirmName: name }),
      addFurtherKey(ctx, { id: chatflowId, apiKeyId: id }),
    ]);
    expect(deleted.status).toBe("fulfilled");
    expect(await db.prisma.chatflowFurtherKey.count()).toBe(0);
  }
});

test("once a further key is removed, no call with it passes on another instance; the assigned key's callers notice nothing", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const partner = await createApiKey(ctx, { name: "Partner" });
  for (let n = 0; n < 10; n++) {
    await addFurtherKey(ctx, { id: chatflowId, apiKeyId: partner.id });
    expect(await callOther(chatflowId, partner.token)).toBe("200");
    let isRemoved = false;
    const removal = removeFurtherKey(ctx, { id: chatflowId, apiKeyId: partner.id }).then(() => {
      isRemoved = true;
    });
    const sentAfter: string[] = [];
    while (sentAfter.length < 10) {
      const wasRemoved = isRemoved;
      const answer = await callOther(chatflowId, partner.token);
      if (wasRemoved) sentAfter.push(answer);
    }
    await removal;
    expect(new Set(sentAfter)).toEqual(new Set(["insufficient_scope"]));
    expect(await callOther(chatflowId, key.token)).toBe("200");
  }
});
