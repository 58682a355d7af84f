import { afterAll, expect, test } from "vitest";
import { revokeToken } from "@/lib/api-keys/revoke";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { newId } from "@/lib/ids";
import { openingQuestion } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startSecondInstance } from "@/lib/testing/second-instance";

const db = await testDatabase();
const other = await startSecondInstance(db.url);
afterAll(() => other.stop());

async function callOther(chatflowId: string, token: string): Promise<number> {
  const response = await fetch(`${other.url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ question: openingQuestion }),
  });
  await response.text();
  return response.status;
}

const report = (token: string) =>
  fetch(`${other.url}/api/v1/tokens/revoke`, { method: "POST", body: new URLSearchParams({ token }) });
const here = () => ({ db, now: new Date(), requestId: newId(), address: null });

test("a token that was reported here is refused on the very next call there, twenty times in a row", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  let { token } = key;
  for (let n = 0; n < 20; n++) {
    expect(await callOther(chatflowId, token)).toBe(200);
    await revokeToken(here(), token);
    expect(await callOther(chatflowId, token)).toBe(401);
    ({ token } = await regenerateApiKey(ctx, { id: key.id }));
  }
});

test("of calls that race with a report, none that starts after it was acknowledged gets through", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  let isAcknowledged = false;
  const late: number[] = [];
  const caller = async () => {
    for (let n = 0; n < 40; n++) {
      const startedAfter = isAcknowledged;
      const status = await callOther(chatflowId, key.token);
      if (startedAfter) late.push(status);
    }
  };
  const callers = [caller(), caller(), caller(), caller()];
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await report(key.token)).status).toBe(200);
  isAcknowledged = true;
  await Promise.all(callers);
  expect(late.length).toBeGreaterThan(0);
  expect(new Set(late)).toEqual(new Set([401]));
});

test("of many reports at once, to two instances, one changes something and all are answered alike", async () => {
  const { key } = await createGuardedChatflow(db);
  const reports = Array.from({ length: 10 }, () => [report(key.token), revokeToken(here(), key.token)]).flat();
  await Promise.all(reports);
  expect(await db.prisma.auditEvent.count({ where: { action: "api_key.token_revoked" } })).toBe(1);
});

test("a report and a regeneration at once leave a key whose exposure and tokens agree", async () => {
  for (let n = 0; n < 15; n++) {
    const { ctx, chatflowId, key } = await createGuardedChatflow(db);
    const [{ token }] = await Promise.all([regenerateApiKey(ctx, { id: key.id }), report(key.token)]);
    expect(await callOther(chatflowId, key.token)).toBe(401);
    expect(await callOther(chatflowId, token)).toBe(200);
    const { exposedAt } = await db.prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } });
    expect(exposedAt).toBeNull();
  }
});
