import { afterAll, beforeEach, expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { deleteChatflow } from "@/lib/chatflows/delete";
import { openingQuestion } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startSecondInstance } from "@/lib/testing/second-instance";

const db = await testDatabase();
const other = await startSecondInstance(db.url);
afterAll(() => other.stop());

let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
beforeEach(async () => {
  guarded = await createGuardedChatflow(db);
  // The other instance has answered this key before: whatever it could have kept, it has.
  for (let n = 0; n < 3; n++) expect(await callOther()).toBe("200");
});

async function callOther(token = guarded.key.token): Promise<string> {
  const response = await fetch(`${other.url}/api/v1/prediction/${guarded.chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ question: openingQuestion }),
  });
  const { code } = (await response.json()) as { code?: string };
  return code ?? String(response.status);
}

test("after a deletion here, the very next call there is refused", async () => {
  await deleteApiKey(guarded.ctx, { id: guarded.key.id, confirmName: "Website" });
  expect(await callOther()).toBe("invalid_token");
});

test("after a regeneration here, there the old token is refused and the new one counts", async () => {
  const { token } = await regenerateApiKey(guarded.ctx, { id: guarded.key.id });
  expect(await callOther()).toBe("invalid_token");
  expect(await callOther(token)).toBe("200");
});

test.each([
  ["expired", { expiresAt: new Date(Date.now() - 1) }],
  ["disabled", { disabledAt: new Date() }],
])("after a key is %s here, the very next call there is refused", async (_, data) => {
  await db.prisma.apiKey.update({ where: { id: guarded.key.id }, data });
  expect(await callOther()).toBe("invalid_token");
});

test("after a chatflow is closed, or given another key, here, the very next call there is refused", async () => {
  await setChatflowAccess(guarded.ctx, { id: guarded.chatflowId, access: { kind: "closed" } });
  expect(await callOther()).toBe("chatflow_closed");
  const next = await createApiKey(guarded.ctx, { name: "Next", chatflowId: guarded.chatflowId });
  expect(await callOther()).toBe("insufficient_scope");
  expect(await callOther(next.token)).toBe("200");
});

test("after a chatflow is deleted here, the very next call there does not find it", async () => {
  await deleteChatflow(guarded.ctx, { id: guarded.chatflowId, confirmName: "Support" });
  expect(await callOther()).toBe("not_found");
});

test("fifty changes in a row are each in force on the next call there", async () => {
  let { token } = guarded.key;
  for (let n = 0; n < 50; n++) {
    const renewed = await regenerateApiKey(guarded.ctx, { id: guarded.key.id });
    expect([await callOther(token), await callOther(renewed.token)]).toEqual(["invalid_token", "200"]);
    token = renewed.token;
  }
});
