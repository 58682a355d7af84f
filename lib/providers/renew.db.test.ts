import { expect, test } from "vitest";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { encryptCredential, isStaleCredential } from "@/lib/providers/credential";
import { renewCredentials } from "@/lib/providers/renew";
import { updateProvider } from "@/lib/providers/service";
import { listModels, testConnection } from "@/lib/providers/test-connection";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";
import { modelListApiKey, startModelListServer } from "@/lib/testing/provider-models";

const newer = "newer-encryption-key-0123456789abcdef";
const older = "older-encryption-key-0123456789abcdef";
const lost = "lost-encryption-key-0123456789abcdefg";
// Before anything reads the configuration: a deployment in the middle of a rotation.
process.env.FLOWLATCH_ENCRYPTION_KEY = `${newer},${older}`;

const db = await testDatabase();

async function savedWith(ctx: Context, key: string, baseUrl: string, name = "Our server"): Promise<string> {
  const id = newId();
  const { workspaceId } = ctx.actor;
  const times = { createdAt: ctx.now, updatedAt: ctx.now };
  const credential = encryptCredential(modelListApiKey, id, [key]);
  const data = { id, workspaceId, name, nameKey: name.toLowerCase(), kind: "openai-compatible", baseUrl, credential };
  await db.prisma.provider.create({ data: { ...data, ...times } });
  return id;
}

async function isStale(id: string): Promise<boolean> {
  const row = await db.prisma.provider.findUniqueOrThrow({ where: { id } });
  return isStaleCredential(row.credential ?? new Uint8Array(), [newer, older]);
}

test("what an older key encrypted still works, and a test or a save encrypts it with the newest", async () => {
  const server = await startModelListServer();
  const baseUrl = `${server.url}/openai/v1`;
  const ctx = await operatorContext(db);
  const [tested, saved] = [
    await savedWith(ctx, older, baseUrl, "Tested"),
    await savedWith(ctx, older, baseUrl, "Saved"),
  ];
  expect((await listModels(ctx, tested)).models).toHaveLength(3);
  expect(await isStale(tested)).toBe(true);
  await testConnection(ctx, { id: tested, kind: "openai-compatible", baseUrl });
  await updateProvider(ctx, { id: saved, version: 1, name: "Saved again", baseUrl });
  expect([await isStale(tested), await isStale(saved)]).toEqual([false, false]);
  expect((await listModels(ctx, saved)).models).toHaveLength(3);
  await server.close();
});

test("a rotation encrypts all stale credentials once, and names those whose key is gone", async () => {
  const ctx = await operatorContext(db);
  const address = "http://127.0.0.1:9/v1";
  const ids = [await savedWith(ctx, older, address, "A"), await savedWith(ctx, newer, address, "B")];
  await savedWith(ctx, lost, address, "C");
  expect(await renewCredentials(ctx)).toEqual({ renewed: 1, unreadable: ["C"] });
  expect(await Promise.all(ids.map(isStale))).toEqual([false, false]);
  expect(await db.prisma.auditEvent.findMany()).toMatchObject([{ action: "provider.reencrypted", targetName: "A" }]);
  expect(await renewCredentials(ctx)).toEqual({ renewed: 0, unreadable: ["C"] });
});

test("a credential whose key is gone says so, and can be entered again", async () => {
  const ctx = await operatorContext(db);
  const id = await savedWith(ctx, lost, "http://127.0.0.1:9/v1");
  await expect(listModels(ctx, id)).rejects.toMatchObject({
    code: "internal",
    message: expect.stringMatching(/cannot be decrypted.*enter it again/),
  });
  const edit = { id, name: "Our server", baseUrl: "http://127.0.0.1:9/v1", skipTest: true };
  await updateProvider(ctx, { ...edit, version: 1, name: "Renamed meanwhile" });
  await updateProvider(ctx, { ...edit, version: 2, apiKey: "sk-new" });
  await expect(listModels(ctx, id)).rejects.toMatchObject({
    message: expect.stringMatching(/Port 9 belongs to another protocol/),
  });
});
