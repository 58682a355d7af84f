import { expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { toAppError } from "@/lib/errors";
import { predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const works = async (chatflowId: string, token: string) => (await predict(chatflowId, { token })).status === 200;

test("of two hundred parallel creations with one name, exactly one makes a key", async () => {
  const ctx = await operatorContext(db);
  const names = ["Website", "WEBSITE", "website", "Ｗebsite"];
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, (_, n) => createApiKey(ctx, { name: names[n % names.length] as string })),
  );
  const refusals = results.flatMap((result) => (result.status === "rejected" ? [toAppError(result.reason).code] : []));
  expect(refusals).toHaveLength(199);
  // On a busy machine some get no turn for a transaction in time: they are told so, and made nothing.
  expect(refusals.filter((code) => code !== "database_unavailable")).toContain("name_taken");
  expect(new Set(refusals).difference(new Set(["name_taken", "database_unavailable"]))).toEqual(new Set());
  expect([
    await db.prisma.apiKey.count(),
    await db.prisma.apiKeySecret.count(),
    await db.prisma.auditEvent.count(),
  ]).toEqual([1, 1, 1]);
});

test("of forty parallel regenerations exactly one token is left that works", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const renewed = await Promise.all(Array.from({ length: 40 }, () => regenerateApiKey(ctx, { id: key.id })));
  const working = [];
  for (const { token } of [key, ...renewed]) if (await works(chatflowId, token)) working.push(token);
  expect(working).toHaveLength(1);
  expect(await db.prisma.apiKeySecret.count({ where: { expiresAt: null } })).toBe(1);
  expect((await db.prisma.apiKey.findFirst())?.lastFour).toBe(working[0]?.slice(-4));
  expect(await db.prisma.auditEvent.count({ where: { action: "api_key.regenerated" } })).toBe(40);
});

test("deleting a key while it is assigned leaves a chatflow closed, never open, and no deadlock", async () => {
  const { ctx, chatflowId } = await createGuardedChatflow(db);
  for (let n = 0; n < 20; n++) {
    const { id, name } = await createApiKey(ctx, { name: `Key ${n}` });
    const [deleted] = await Promise.allSettled([
      deleteApiKey(ctx, { id, confirmName: name }),
      setChatflowAccess(ctx, { id: chatflowId, access: { kind: "key", apiKeyId: id } }),
    ]);
    expect(deleted.status).toBe("fulfilled");
    expect(await db.prisma.chatflow.findFirst()).toMatchObject({ isPublic: false });
    expect(await db.prisma.chatflow.count({ where: { apiKeyId: id } })).toBe(0);
  }
});

test("parallel predictions are all counted", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const answers = await Promise.all(Array.from({ length: 100 }, () => works(chatflowId, key.token)));
  expect(answers.every(Boolean)).toBe(true);
  const hours = await db.prisma.usageHour.findMany();
  expect(hours.reduce((sum, { predictions }) => sum + predictions, 0)).toBe(100);
  expect(await db.prisma.prediction.count()).toBe(100);
});
