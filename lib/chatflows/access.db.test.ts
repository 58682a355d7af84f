import fc from "fast-check";
import { expect, test } from "vitest";
import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { getChatflow } from "@/lib/chatflows/read";
import type { AccessInput } from "@/lib/chatflows/schema";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const makeChatflow = async (ctx: Context, name = "Support") =>
  (await createChatflow(ctx, { name, engine: { kind: "knowledge" } })).id;

test("access goes from any kind to any other and is what was chosen last", async () => {
  const ctx = await operatorContext(db);
  const id = await makeChatflow(ctx);
  const keys = [await createApiKey(ctx, { name: "A" }), await createApiKey(ctx, { name: "B" })];
  const access = fc.constantFrom<AccessInput>(
    { kind: "closed" },
    { kind: "public" },
    ...keys.map((key): AccessInput => ({ kind: "key", apiKeyId: key.id })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(access, { minLength: 1, maxLength: 6 }), async (steps) => {
      for (const step of steps) {
        await setChatflowAccess(ctx, { id, access: step });
        const row = await db.prisma.chatflow.findUniqueOrThrow({ where: { id } });
        expect(row.isPublic && row.apiKeyId !== null).toBe(false);
        expect(row.isPublic).toBe(step.kind === "public");
        expect(row.apiKeyId).toBe(step.kind === "key" ? step.apiKeyId : null);
        expect((await getChatflow(ctx, id)).access).toBe(step.kind);
      }
    }),
    { numRuns: 15 },
  );
});

test("the database itself refuses a chatflow that is public and assigned, or assigned to a foreign key", async () => {
  const ctx = await operatorContext(db);
  const id = await makeChatflow(ctx);
  const own = await createApiKey(ctx, { name: "Own" });
  const foreign = await createApiKey(await operatorContext(db), { name: "Foreign" });
  const set = (apiKeyId: string, isPublic: boolean) =>
    db.pool.query("UPDATE chatflow SET api_key_id = $1, is_public = $2 WHERE id = $3", [apiKeyId, isPublic, id]);
  await expect(set(own.id, true)).rejects.toThrow(/chatflow_public_excludes_key/);
  await expect(set(foreign.id, false)).rejects.toThrow(/chatflow_key_of_same_workspace/);
});

test("each change of access is on record with before and after, and choosing the same again is none", async () => {
  const ctx = await operatorContext(db);
  const id = await makeChatflow(ctx);
  const key = await createApiKey(ctx, { name: "Website" });
  for (const access of [
    { kind: "key", apiKeyId: key.id },
    { kind: "key", apiKeyId: key.id },
    { kind: "public" },
    { kind: "closed" },
    { kind: "closed" },
  ] satisfies AccessInput[]) {
    await setChatflowAccess(ctx, { id, access });
  }
  const events = await db.prisma.auditEvent.findMany({
    where: { action: { in: ["chatflow.assigned", "chatflow.opened", "chatflow.closed"] } },
    orderBy: { id: "asc" },
    select: { action: true, detail: true },
  });
  const assigned = { access: "key", apiKeyId: key.id, apiKeyName: "Website" };
  expect(events).toEqual([
    { action: "chatflow.assigned", detail: { before: { access: "closed" }, after: assigned } },
    { action: "chatflow.opened", detail: { before: assigned, after: { access: "public" } } },
    { action: "chatflow.closed", detail: { before: { access: "public" }, after: { access: "closed" } } },
  ]);
});

test("a key made for a chatflow records what it replaced, as assigning it does", async () => {
  const ctx = await operatorContext(db);
  const id = await makeChatflow(ctx);
  await setChatflowAccess(ctx, { id, access: { kind: "public" } });
  const first = await createApiKey(ctx, { name: "First", chatflowId: id });
  const second = await createApiKey(ctx, { name: "Second", chatflowId: id });
  const events = await db.prisma.auditEvent.findMany({
    where: { action: "chatflow.assigned" },
    orderBy: { id: "asc" },
  });
  const assigned = (key: { id: string; name: string }) => ({ access: "key", apiKeyId: key.id, apiKeyName: key.name });
  expect(events.map(({ detail }) => detail)).toEqual([
    { before: { access: "public" }, after: assigned(first) },
    { before: assigned(first), after: assigned(second) },
  ]);
});

test("deleting its key closes a chatflow and never opens it", async () => {
  const ctx = await operatorContext(db);
  const id = await makeChatflow(ctx);
  const key = await createApiKey(ctx, { name: "Website", chatflowId: id });
  expect(await getChatflow(ctx, id)).toMatchObject({ access: "key", apiKey: { id: key.id, name: "Website" } });
  await deleteApiKey(ctx, { id: key.id, confirmName: "Website" });
  expect(await getChatflow(ctx, id)).toMatchObject({ access: "closed", apiKey: null });
});

test("assigning a key while it is deleted leaves the chatflow closed or the delete knowing of it", async () => {
  const ctx = await operatorContext(db);
  for (let round = 0; round < 10; round++) {
    const id = await makeChatflow(ctx, `Flow ${round}`);
    const key = await createApiKey(ctx, { name: `Key ${round}` });
    const [assigned, deleted] = await Promise.allSettled([
      setChatflowAccess(ctx, { id, access: { kind: "key", apiKeyId: key.id } }),
      deleteApiKey(ctx, { id: key.id, confirmName: `Key ${round}` }),
    ]);
    expect(deleted.status).toBe("fulfilled");
    if (assigned.status === "rejected") expect(assigned.reason).toMatchObject({ code: "not_found" });
    expect((await getChatflow(ctx, id)).access).toBe("closed");
  }
});

test("foreign chatflows and foreign keys are not found, and nothing changes", async () => {
  const ctx = await operatorContext(db);
  const stranger = await operatorContext(db);
  const id = await makeChatflow(ctx);
  const foreignKey = await createApiKey(stranger, { name: "Foreign" });
  await expect(setChatflowAccess(ctx, { id, access: { kind: "key", apiKeyId: foreignKey.id } })).rejects.toMatchObject({
    code: "not_found",
    field: "access.apiKeyId",
  });
  await expect(setChatflowAccess(stranger, { id, access: { kind: "public" } })).rejects.toMatchObject({
    code: "not_found",
  });
  expect((await getChatflow(ctx, id)).access).toBe("closed");
});

test("the combobox is offered twenty keys of the own workspace by name, found by any part of it", async () => {
  const ctx = await operatorContext(db);
  for (let n = 0; n < 22; n++) await createApiKey(ctx, { name: `Key ${String(n).padStart(2, "0")}` });
  await createApiKey(await operatorContext(db), { name: "Key of others" });
  const names = async (search: string) => (await searchApiKeyOptions(ctx, { search })).map(({ name }) => name);
  expect(await names("")).toHaveLength(20);
  expect(await names("Y 21")).toEqual(["Key 21"]);
  expect(await names("others")).toEqual([]);
  expect(await names("%")).toEqual([]);
  // Postgres text cannot hold it.
  expect(await names("\0y \0")).toHaveLength(20);
  const [option] = await searchApiKeyOptions(ctx, { search: "key 00" });
  expect(Object.keys(option ?? {}).sort()).toEqual(["id", "lastFour", "name", "tokenSource"]);
});
