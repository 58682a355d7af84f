import { afterAll, expect, test } from "vitest";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { connectionOf } from "@/lib/providers/connection";
import { findProvider, listProviders } from "@/lib/providers/list";
import { readProvider } from "@/lib/providers/saved";
import { createProvider, deleteProvider, updateProvider } from "@/lib/providers/service";
import { listModels, testConnection } from "@/lib/providers/test-connection";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";
import { modelListApiKey as apiKey, startModelListServer } from "@/lib/testing/provider-models";

const db = await testDatabase();
const server = await startModelListServer();
afterAll(() => server.close());

const baseUrl = `${server.url}/openai/v1`;
const compatible = { name: "Our server", kind: "openai-compatible", baseUrl, apiKey } as const;

const clearKeyOf = async (ctx: Context, id: string) => connectionOf(await readProvider(ctx, id)).apiKey;

/** A saved provider, and how an edit of it begins. */
async function savedProvider(ctx: Context) {
  const { id } = await createProvider(ctx, compatible);
  return { id, edit: { id, version: 1, name: compatible.name, baseUrl } };
}

function chatflowOn(ctx: Context, providerId: string, name: string) {
  return createChatflow(ctx, { name, engine: { kind: "model", providerId, model: "large-9" } });
}

test("a provider is tested, then saved with its credential encrypted, and its models are offered", async () => {
  const ctx = await operatorContext(db, "admin");
  const { id, name, report } = await createProvider(ctx, {
    ...compatible,
    name: "  Our server ",
    baseUrl: `${baseUrl}/`,
  });
  expect({ name, models: report?.models }).toEqual({ name: "Our server", models: ["large-9", "large-10", "small-2"] });
  expect(report?.message).toBe("The connection works. The provider offers 3 models.");
  const row = await db.prisma.provider.findFirst();
  expect(row).toMatchObject({ id, name, nameKey: "our server", kind: "openai-compatible", baseUrl, version: 1 });
  expect(Buffer.from(row?.credential ?? []).includes(apiKey)).toBe(false);
  expect(await clearKeyOf(ctx, id)).toBe(apiKey);
  expect(await listModels(ctx, id)).toEqual({ models: ["large-9", "large-10", "small-2"] });
});

test("what does not answer is not saved, unless the test is skipped", async () => {
  const ctx = await operatorContext(db);
  const wrong = { ...compatible, apiKey: "sk-wrong" };
  await expect(createProvider(ctx, wrong)).rejects.toMatchObject({ code: "upstream_failed", field: "apiKey" });
  expect(await db.prisma.provider.count()).toBe(0);
  const asked = server.requests.length;
  expect(await createProvider(ctx, { ...wrong, skipTest: true })).toMatchObject({ report: null });
  expect(server.requests.length).toBe(asked);
});

test("a server without a list of models is saved, and that is said", async () => {
  const ctx = await operatorContext(db);
  const { id, report } = await createProvider(ctx, { ...compatible, baseUrl: `${server.url}/no-list` });
  expect(report).toMatchObject({ models: null, message: expect.stringMatching(/no list of models.*Type the model/) });
  expect(await listModels(ctx, id)).toEqual({ models: [] });
});

test.each<[object, string, RegExp]>([
  [{ name: " " }, "name", /Provider name is required/],
  [{ kind: "other" }, "kind", /openai, anthropic, google, openai-compatible/],
  [{ baseUrl: "" }, "baseUrl", /Base URL is required/],
  [{ baseUrl: "localhost:11434" }, "baseUrl", /begins with http/],
  [{ baseUrl: "ftp://example.com" }, "baseUrl", /begins with http/],
  [{ baseUrl: "http://user:secret@localhost/v1" }, "baseUrl", /no user name or password/],
  [{ baseUrl: "http://localhost/v1?key=secret" }, "baseUrl", /no “\?”/],
  [{ baseUrl: "http://169.254.169.254/v1" }, "baseUrl", /metadata/],
  [{ baseUrl: "http://[::ffff:a9fe:a9fe]/v1" }, "baseUrl", /metadata/],
  [{ apiKey: "sk with spaces" }, "apiKey", /no spaces/],
  [{ apiKey: "sk-\r\nX-Other: 1" }, "apiKey", /no spaces/],
  [{ apiKey: "sk-ключ" }, "apiKey", /letters, digits and punctuation/],
  [{ kind: "openai", baseUrl: null, apiKey: "" }, "apiKey", /OpenAI answers nobody without one/],
])("%j is refused beside its field, also where the test is skipped", async (change, field, message) => {
  const ctx = await operatorContext(db);
  const attempt = createProvider(ctx, { ...compatible, ...change, skipTest: true } as typeof compatible);
  await expect(attempt).rejects.toMatchObject({
    code: "invalid_input",
    field,
    message: expect.stringMatching(message),
  });
  await expect(attempt).rejects.toMatchObject({ message: expect.not.stringContaining("secret") });
});

test("beside a provider there can be none of the same name, whatever its case, but in another workspace", async () => {
  const ctx = await operatorContext(db);
  await createProvider(ctx, compatible);
  const asked = server.requests.length;
  const taken = { code: "name_taken", field: "name" };
  await expect(createProvider(ctx, { ...compatible, name: "OUR server" })).rejects.toMatchObject(taken);
  expect(server.requests.length, "nobody waits for a test").toBe(asked);
  const { id } = await createProvider(ctx, { ...compatible, name: "Another" });
  const renamed = updateProvider(ctx, { id, version: 1, name: "our Server", baseUrl });
  await expect(renamed).rejects.toMatchObject(taken);
  await createProvider(await operatorContext(db), compatible);
});

test("an edit that leaves the API key empty keeps it, and tests nothing when the connection stays", async () => {
  const ctx = await operatorContext(db);
  const { id, edit } = await savedProvider(ctx);
  const asked = server.requests.length;
  expect(await updateProvider(ctx, { ...edit, name: "Renamed", apiKey: "" })).toMatchObject({
    version: 2,
    report: null,
  });
  expect(server.requests.length).toBe(asked);
  expect(await clearKeyOf(ctx, id)).toBe(apiKey);
});

test("an edit replaces the API key after testing it, or removes it", async () => {
  const ctx = await operatorContext(db);
  const { id, edit } = await savedProvider(ctx);
  await expect(updateProvider(ctx, { ...edit, apiKey: "sk-wrong" })).rejects.toMatchObject({ field: "apiKey" });
  expect(await clearKeyOf(ctx, id)).toBe(apiKey);
  await updateProvider(ctx, { ...edit, apiKey: "sk-other", skipTest: true });
  expect(await clearKeyOf(ctx, id)).toBe("sk-other");
  await updateProvider(ctx, { ...edit, version: 2, apiKey: null, skipTest: true });
  expect(await clearKeyOf(ctx, id)).toBeNull();
});

test("a saved API key is sent to no other address than it was entered for, by a test or by a save", async () => {
  const ctx = await operatorContext(db);
  const { id, edit } = await savedProvider(ctx);
  const elsewhere = `${server.url}/status/200/v1`;
  const asked = server.requests.length;
  const refused = { code: "invalid_input", field: "apiKey", message: expect.stringMatching(/Enter the API key again/) };
  await expect(testConnection(ctx, { id, kind: "openai-compatible", baseUrl: elsewhere })).rejects.toMatchObject(
    refused,
  );
  for (const skipTest of [true, false]) {
    await expect(updateProvider(ctx, { ...edit, baseUrl: elsewhere, skipTest })).rejects.toMatchObject(refused);
  }
  expect(server.requests.length).toBe(asked);
  await updateProvider(ctx, { ...edit, baseUrl: `${server.url}/no-list`, apiKey: "sk-entered-again" });
  expect(server.requests.at(-1)?.key).toBe("Bearer sk-entered-again");
});

test("testing a saved provider uses the saved key; testing an edit of it, the one that was typed", async () => {
  const ctx = await operatorContext(db);
  const { id } = await savedProvider(ctx);
  const draft = { id, kind: "openai-compatible", baseUrl } as const;
  expect((await testConnection(ctx, draft)).models).toHaveLength(3);
  await expect(testConnection(ctx, { ...draft, apiKey: "sk-typed" })).rejects.toMatchObject({ field: "apiKey" });
  expect(server.requests.at(-1)?.key).toBe("Bearer sk-typed");
});

test("of two edits of one version the second is told, and changes nothing", async () => {
  const ctx = await operatorContext(db);
  const { edit } = await savedProvider(ctx);
  await updateProvider(ctx, { ...edit, name: "First" });
  await expect(updateProvider(ctx, { ...edit, name: "Second" })).rejects.toMatchObject({ code: "conflict" });
  expect(await db.prisma.provider.findFirst()).toMatchObject({ name: "First", version: 2 });
});

test("a provider that chatflows use is not deleted, and they are named; without them it is", async () => {
  const ctx = await operatorContext(db);
  const { id } = await savedProvider(ctx);
  for (let index = 1; index <= 7; index++) await chatflowOn(ctx, id, `Flow ${index}`);
  await expect(deleteProvider(ctx, { id })).rejects.toMatchObject({
    code: "conflict",
    message:
      "“Our server” is in use by “Flow 1”, “Flow 2”, “Flow 3”, “Flow 4”, “Flow 5” and 2 more. Give these chatflows another provider first.",
  });
  const [listed] = await listProviders(ctx);
  expect(listed).toMatchObject({ chatflowCount: 7, chatflows: { length: 5, 0: { name: "Flow 1", model: "large-9" } } });
  await db.prisma.chatflow.deleteMany();
  expect(await deleteProvider(ctx, { id })).toEqual({ id, name: "Our server" });
  expect(await db.prisma.provider.count()).toBe(0);
});

test("a list has everything but credentials", async () => {
  const ctx = await operatorContext(db, "viewer");
  const admin = await operatorContext(db, "admin", ctx.actor.workspaceId);
  const { id } = await createProvider(admin, compatible);
  await createProvider(admin, { name: "A local one", kind: "openai-compatible", baseUrl: `${server.url}/local/v1` });
  const listed = await listProviders(ctx);
  expect(listed.map(({ name, hasApiKey }) => [name, hasApiKey])).toEqual([
    ["A local one", false],
    ["Our server", true],
  ]);
  expect(Object.keys(listed[1] ?? {}).sort()).toEqual([
    "baseUrl",
    "chatflowCount",
    "chatflows",
    "hasApiKey",
    "id",
    "kind",
    "name",
    "updatedAt",
    "version",
  ]);
  expect(await findProvider(ctx, " OUR SERVER ")).toEqual({
    id,
    name: "Our server",
    kind: "openai-compatible",
    baseUrl,
  });
});

test("every change has its audit event, and none of them holds the credential", async () => {
  const ctx = await operatorContext(db);
  const { id, edit } = await savedProvider(ctx);
  await updateProvider(ctx, { ...edit, name: "Renamed", apiKey });
  await deleteProvider(ctx, { id });
  const events = await db.prisma.auditEvent.findMany({ orderBy: { id: "asc" } });
  const connection = { baseUrl, hasApiKey: true };
  expect(events.map(({ action, targetKind, targetName, detail }) => [action, targetKind, targetName, detail])).toEqual([
    [
      "provider.created",
      "provider",
      "Our server",
      { after: { kind: "openai-compatible", ...connection }, tested: true },
    ],
    [
      "provider.updated",
      "provider",
      "Renamed",
      {
        before: { name: "Our server", ...connection },
        after: { name: "Renamed", ...connection },
        apiKeyReplaced: true,
      },
    ],
    ["provider.deleted", "provider", "Renamed", {}],
  ]);
  expect(JSON.stringify(events)).not.toContain(apiKey);
});
