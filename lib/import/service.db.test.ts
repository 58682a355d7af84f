import { afterAll, beforeEach, expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { parseToken } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import { setChatflowAccess } from "@/lib/chatflows/access";
import type { Context } from "@/lib/context";
import { toAppError } from "@/lib/errors";
import { newId, publicCredentialId } from "@/lib/ids";
import type { ImportChoices, ImportReport, ImportSource } from "@/lib/import/schema";
import { planImport, runImport } from "@/lib/import/service";
import { createProvider } from "@/lib/providers/service";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createWorkspace, operatorContext, systemContext } from "@/lib/testing/fixtures";
import { flowiseApiKey, flowiseChatflow } from "@/lib/testing/flowise-data";
import { startFlowiseServer } from "@/lib/testing/flowise-server";
import { flowiseToken } from "@/lib/testing/flowise-token";
import { rowsOf } from "@/lib/testing/workspace-state";
import { setMaxKeyLifetime } from "@/lib/workspaces/service";

const db = await testDatabase();
const flowise = await startFlowiseServer();
afterAll(() => flowise.close());

const [own, website] = [flowiseApiKey("Flowlatch"), flowiseApiKey("Website")];
let ctx: Context;
let server: ImportSource;

beforeEach(async () => {
  flowise.reset();
  flowise.apiKeys.splice(0, Infinity, own, website);
  flowise.chatflows.splice(
    ...([0, Infinity] as const),
    flowiseChatflow("Open"),
    flowiseChatflow("Guarded", { apikeyid: own.id }),
    flowiseChatflow("Shop", { apikeyid: website.id }),
  );
  ctx = await operatorContext(db);
  server = { kind: "server", baseUrl: flowise.url, apiKey: own.apiKey };
});

const run = (choices: ImportChoices = {}, source = server) => runImport(ctx, { source, choices });
const refusalOf = async (work: Promise<unknown>) => {
  const { code, message, field } = toAppError(
    await work.then(
      () => null,
      (thrown) => thrown,
    ),
  );
  return { code, message, field };
};
const named = <One extends { name: string }>(list: One[], name: string) => list.find((one) => one.name === name);
const keysOnly = (keys: object[]): ImportSource => ({
  kind: "file",
  data: { keys: keys as never, flows: [] },
});
const callable = async (chatflowId: string, token: string) =>
  await verifyCall(db, { chatflowId, token: parseToken(token), sessionId: null, address: null }, new Date()).then(
    () => "admitted",
    (error) => error.reason ?? error,
  );

test("a plan says what an import does, changes nothing, and the import then does just that", async () => {
  const before = await rowsOf(db, ctx.actor.workspaceId);
  const plan = await planImport(ctx, { source: server });
  expect(await rowsOf(db, ctx.actor.workspaceId)).toEqual(before);
  const host = new URL(flowise.url).host;
  expect(plan).toMatchObject({ isDone: false, provider: { name: `Flowise at ${host}`, isNew: true }, unread: 0 });
  expect(plan.keys).toMatchObject([
    { sourceId: own.id, id: null, name: "Flowlatch", lastFour: own.apiKey.slice(-4), outcome: "made", notes: [] },
    { sourceId: website.id, name: "Website", outcome: "made", notes: [] },
  ]);
  expect(plan.chatflows).toMatchObject([
    {
      name: "Open",
      outcome: "made",
      access: { kind: "closed" },
      accessNote: expect.stringMatching(/^Anybody may call it/),
      notes: [],
    },
    { name: "Guarded", access: { kind: "key", keyName: "Flowlatch" }, notes: [] },
    { name: "Shop", access: { kind: "key", keyName: "Website" }, notes: [expect.stringMatching(/own key/)] },
  ]);

  const report = await run();
  const withoutIds = ({ keys, chatflows, ...rest }: ImportReport) => ({
    ...rest,
    isDone: true,
    keys: keys.map((key) => ({ ...key, id: null })),
    chatflows: chatflows.map((chatflow) => ({ ...chatflow, id: null })),
  });
  expect(withoutIds(report)).toEqual(withoutIds(plan));
  const [open, guarded, shop] = report.chatflows.map(({ id }) => id as string) as [string, string, string];
  expect([open, guarded, shop], "callers change nothing but the base URL").toEqual(
    flowise.chatflows.map(({ id }) => id),
  );
  expect(await callable(guarded, own.apiKey)).toBe("admitted");
  expect(await callable(guarded, website.apiKey)).toBe("other_key");
  expect(await callable(shop, website.apiKey)).toBe("admitted");
  expect(await callable(open, own.apiKey)).toBe("closed_chatflow");
  expect(await db.prisma.provider.findMany()).toMatchObject([{ kind: "flowise", baseUrl: flowise.url }]);
});

test("no row holds a token, and every change is in the trail under whoever imported", async () => {
  await run({ publicChatflows: [flowiseChatflow("Open").id] });
  const events = await db.prisma.auditEvent.findMany({ orderBy: { id: "asc" } });
  expect(events.map(({ action, targetName }) => `${action} ${targetName}`).sort()).toEqual(
    [
      ...["api_key.imported Flowlatch", "api_key.imported Website"],
      `provider.created Flowise at ${new URL(flowise.url).host}`,
      ...["chatflow.created Open", "chatflow.created Guarded", "chatflow.created Shop"],
      ...["chatflow.opened Open", "chatflow.assigned Guarded", "chatflow.assigned Shop"],
    ].sort(),
  );
  expect(new Set(events.map(({ actorName }) => actorName))).toEqual(new Set([ctx.actor.name]));
  const rows = JSON.stringify(await rowsOf(db, ctx.actor.workspaceId));
  for (const { apiKey } of [own, website]) expect(rows).not.toContain(apiKey.slice(0, 20));
});

test("a second time changes nothing: not what was changed here since, and not a token that was replaced", async () => {
  const first = await run();
  const idOf = (name: string) => named(first.keys, name) as { id: string };
  const shop = named(first.chatflows, "Shop") as { id: string };
  await setChatflowAccess(ctx, { id: shop.id, access: { kind: "closed" } });
  await regenerateApiKey(ctx, { id: idOf("Website").id });
  const before = await rowsOf(db, ctx.actor.workspaceId);
  const second = await run({ publicChatflows: [flowiseChatflow("Shop").id] });
  expect(await rowsOf(db, ctx.actor.workspaceId)).toEqual(before);
  expect([...second.keys, ...second.chatflows].map(({ outcome }) => outcome)).toEqual(Array(5).fill("here"));
  expect(second.keys.map(({ id }) => id)).toEqual(first.keys.map(({ id }) => id));
  expect(named(second.keys, "Website")).toMatchObject({ notes: [expect.stringMatching(/replaced or ended/)] });
  expect(second.provider).toMatchObject({ isNew: false });
  await deleteApiKey(ctx, { id: idOf("Website").id, confirmName: "Website" });
  expect(named((await run()).keys, "Website")).toMatchObject({ outcome: "made" });
});

test("names that are taken, twice in the list, blank, endless or a token get one of their own, and the report says so", async () => {
  await createApiKey(ctx, { name: "website" });
  const key = (name: string) => ({ id: `id of ${name}`, name, token: flowiseToken() });
  const pasted = flowiseToken();
  const names = ["Website", "Website", "", "x".repeat(5_000), "a\nb", pasted];
  const report = await run({}, keysOnly(names.map(key)));
  expect(report.keys.map(({ name }) => name)).toEqual([
    ...["Website (Flowise)", "Website (Flowise 2)", "Flowise key", "x".repeat(64), "a b", "Flowise key (Flowise)"],
  ]);
  expect(report.keys.map(({ notes }) => notes.length)).toEqual([1, 1, 1, 1, 1, 2]);
  expect(JSON.stringify(report.keys.map(({ name, notes }) => [name, notes]))).not.toContain(pasted);
});

test("what is no token of Flowise's, could be guessed, comes twice or is another workspace's is left out with a reason", async () => {
  const foreign = { id: "foreign", name: "Foreign", token: flowiseToken() };
  await runImport(await systemContext(db, await createWorkspace(db)), { source: keysOnly([foreign]) });
  const { token: ours } = await createApiKey(ctx, { name: "Ours" });
  const twice = { id: "one", name: "One", token: flowiseToken() };
  const report = await run(
    {},
    keysOnly([
      foreign,
      { id: "ours", name: "Copied", token: ours },
      { id: "short", name: "Short", token: "secret" },
      { id: "weak", name: "Weak", token: `${"a".repeat(42)}A` },
      twice,
      { ...twice, id: "two", name: "Two" },
    ]),
  );
  expect(report.keys.map(({ outcome, lastFour, notes }) => [outcome, lastFour !== null, notes[0]])).toEqual([
    ["left-out", true, expect.stringMatching(/another workspace/)],
    ["left-out", false, expect.stringMatching(/none that Flowise makes/)],
    ["left-out", false, expect.stringMatching(/none that Flowise makes/)],
    ["left-out", false, expect.stringMatching(/none that Flowise makes/)],
    ["made", true, undefined],
    ["left-out", true, "It has the same token as “One”."],
  ]);
});

test("a flow guarded by one of two keys with the same token is guarded by the one that was taken", async () => {
  const twin = { ...website, id: "twin", keyName: "Twin" };
  flowise.apiKeys.push(twin);
  flowise.chatflows.push(flowiseChatflow("Twin's", { apikeyid: "twin" }));
  const report = await run();
  expect(named(report.chatflows, "Twin's")).toMatchObject({ access: { kind: "key", keyName: "Website" } });
  expect(await callable((named(report.chatflows, "Twin's") as { id: string }).id, website.apiKey)).toBe("admitted");
});

test("what the operator left out is left out, and a flow whose key does not come along is closed", async () => {
  const report = await run({ skippedKeys: [website.id], skippedChatflows: [flowiseChatflow("Guarded").id] });
  expect(named(report.keys, "Website")).toMatchObject({ outcome: "left-out", id: null });
  expect(named(report.chatflows, "Guarded")).toMatchObject({ outcome: "left-out", id: null });
  expect(named(report.chatflows, "Shop")).toMatchObject({
    access: { kind: "closed" },
    accessNote: expect.stringMatching(/^Its key does not come along/),
  });
  expect(await db.prisma.apiKey.count()).toBe(1);
  expect(await db.prisma.chatflow.count({ where: { OR: [{ isPublic: true }, { apiKeyId: { not: null } }] } })).toBe(0);
});

test("a file without a server brings keys alone, and with one its flows, closed where it does not tell their keys", async () => {
  const flow = { id: flowiseChatflow("Open").id, name: "Open" };
  const data = { keys: [], flows: [flow, { id: "../x", name: "Odd", keyId: null }] };
  const alone = await run({}, { kind: "file", data });
  expect(alone).toMatchObject({ provider: null, chatflows: [{ outcome: "left-out" }, { outcome: "left-out" }] });
  const { id: providerId } = await createProvider(ctx, {
    ...{ name: "Our Flowise", kind: "flowise", baseUrl: `${flowise.url}/api/v1`, apiKey: own.apiKey, skipTest: true },
  });
  const report = await run({}, { kind: "file", data, providerId });
  expect(report).toMatchObject({ provider: { name: "Our Flowise", isNew: false } });
  expect(report.chatflows).toMatchObject([
    { outcome: "made", access: { kind: "closed" }, accessNote: expect.stringMatching(/does not say which key/) },
    { outcome: "left-out", notes: [expect.stringMatching(/Its id/)] },
  ]);
  const again = await planImport(ctx, { source: server });
  expect(again.provider).toEqual({ name: "Our Flowise", isNew: false });
  expect(named(again.chatflows, "Open")).toMatchObject({ outcome: "here" });
});

test("a flow whose id is taken, or cannot be one here, gets a new id, and the report says so", async () => {
  const [older, nil] = [{ id: "an-older-id" }, { id: "00000000-0000-0000-0000-000000000000" }];
  flowise.chatflows.push(flowiseChatflow("Older", older), flowiseChatflow("Nil", nil));
  await runImport(await systemContext(db, await createWorkspace(db)), { source: server });
  const report = await run({}, { ...server });
  expect(report.chatflows.map(({ outcome }) => outcome)).toEqual(Array(5).fill("made"));
  for (const { id, sourceId, notes } of report.chatflows) {
    expect(id).not.toBe(sourceId);
    expect(notes).toContain("It cannot keep its id: whoever calls it needs the new one.");
  }
  // Where a call is verified it stands for "no such chatflow".
  expect(await db.prisma.chatflow.count({ where: { id: publicCredentialId } })).toBe(0);
});

test("a server that is read at another address is the same, for flows that kept their ids", async () => {
  await run();
  const elsewhere: ImportSource = {
    kind: "server",
    baseUrl: flowise.url.replace("127.0.0.1", "localhost"),
    apiKey: own.apiKey,
  };
  const report = await run({}, elsewhere);
  expect(report).toMatchObject({ provider: null, chatflows: Array(3).fill({ outcome: "here" }) });
});

test("a Flowise server of another workspace is as unknown as none", async () => {
  const other = await operatorContext(db);
  const { id: providerId } = await createProvider(other, {
    ...{ name: "Theirs", kind: "flowise", baseUrl: flowise.url, apiKey: own.apiKey, skipTest: true },
  });
  const source = (id: string): ImportSource => ({ kind: "file", data: { keys: [], flows: [] }, providerId: id });
  const foreign = await refusalOf(run({}, source(providerId)));
  expect(foreign).toMatchObject({ code: "invalid_input", field: "providerId" });
  expect(await refusalOf(run({}, source(newId())))).toEqual(foreign);
  expect((await planImport(ctx, { source: server })).provider).toMatchObject({ isNew: true });
});

test("keys may live no longer than the workspace allows, and the report says until when", async () => {
  await setMaxKeyLifetime(ctx, { days: 30 });
  const report = await run({}, keysOnly([{ id: "a", name: "A", token: flowiseToken() }]));
  expect(report.keys).toMatchObject([{ notes: [expect.stringMatching(/^It expires on .*30 days/)] }]);
  expect(await db.prisma.apiKey.findFirst()).toMatchObject({
    expiresAt: new Date(ctx.now.getTime() + 30 * 86_400_000),
  });
});

test.each([
  [
    "a key it does not know",
    () => ({ status: 500, body: { message: "Unauthorized" } }),
    "apiKey",
    /refused the API key/,
  ],
  ["no right to list", () => ({ status: 403 }), "apiKey", /does not allow/],
  [
    "a web page",
    () => ({ status: 200, body: "<html>", headers: { "Content-Type": "text/html" } }),
    "baseUrl",
    /not as Flowise/,
  ],
  ["5 MB of nonsense", () => ({ status: 200, body: "x".repeat(5_000_000) }), "baseUrl", /not as Flowise/],
  ["another list", () => ({ status: 200, body: [{ id: "gpt", object: "model" }] }), "baseUrl", /not as Flowise/],
  ["an object", () => ({ status: 200, body: { data: [] } }), "baseUrl", /no list of flows/],
  ["a redirect", () => ({ status: 302, headers: { Location: "http://elsewhere.example/" } }), "baseUrl", /redirect/],
] as const)(
  "a server that answers with %s is told of in one sentence beside its field, and nothing is changed",
  async (_, reply, field, said) => {
    const before = await rowsOf(db, ctx.actor.workspaceId);
    for (const work of [() => planImport(ctx, { source: server }), () => run()]) {
      flowise.replyToList(reply(), reply());
      expect(await refusalOf(work())).toEqual({ code: "upstream_failed", field, message: expect.stringMatching(said) });
      flowise.reset();
    }
    expect(await rowsOf(db, ctx.actor.workspaceId)).toEqual(before);
  },
);

test("an address that is none and a missing key are told of before anything is asked", async () => {
  expect(await refusalOf(run({}, { kind: "server", baseUrl: "flows", apiKey: "x" }))).toMatchObject({
    field: "baseUrl",
  });
  expect(await refusalOf(run({}, { kind: "server", baseUrl: flowise.url, apiKey: "" }))).toMatchObject({
    field: "apiKey",
  });
  expect(flowise.requests).toEqual([]);
});

test("an editor imports from a connected server and from a file, and does not connect one; a viewer imports nothing", async () => {
  const { workspaceId } = ctx.actor;
  const admin = ctx;
  ctx = await operatorContext(db, "editor", workspaceId);
  expect(await refusalOf(run())).toMatchObject({ code: "forbidden" });
  expect(flowise.requests).toEqual([]);
  await createProvider(admin, {
    ...{ name: "Our Flowise", kind: "flowise", baseUrl: flowise.url, apiKey: own.apiKey, skipTest: true },
  });
  expect((await run()).chatflows).toHaveLength(3);
  ctx = await operatorContext(db, "viewer", workspaceId);
  expect(await refusalOf(run({}, keysOnly([])))).toMatchObject({ code: "forbidden" });
});

test("the database fails at any place of an import: nothing of it is there", async () => {
  const before = await rowsOf(db, ctx.actor.workspaceId);
  for (const table of ["api_key_secret", "provider", "chatflow", "audit_event"]) {
    await db.pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF (SELECT count(*) FROM ${table}) > ${table === "provider" ? 0 : 1} THEN RAISE EXCEPTION 'no more'; END IF; RETURN NULL; END $$;
      CREATE TRIGGER fail AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION fail()`);
    await expect(run()).rejects.toThrow();
    await db.pool.query("DROP FUNCTION fail CASCADE");
    expect(await rowsOf(db, ctx.actor.workspaceId)).toEqual(before);
  }
  expect((await run()).keys).toHaveLength(2);
});

test("two imports at once do it once", async () => {
  const reports = await Promise.all([run(), run()]);
  const outcomes = reports.flatMap(({ keys, chatflows }) => [...keys, ...chatflows].map(({ outcome }) => outcome));
  expect(outcomes.sort()).toEqual([...Array(5).fill("here"), ...Array(5).fill("made")]);
  expect(await db.prisma.apiKey.count()).toBe(2);
});

test("what is looked up is looked up in a few statements, whatever the number of keys", async () => {
  const many = (count: number) =>
    keysOnly(Array.from({ length: count }, (_, n) => ({ id: `${n}`, name: `Key ${n}`, token: flowiseToken() })));
  const statements = async (count: number) =>
    (await statementsOf(() => planImport(ctx, { source: many(count) }))).length;
  expect(await statements(500)).toBe(await statements(1));
});
