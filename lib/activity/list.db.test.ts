import { beforeEach, expect, test } from "vitest";
import { listActivity } from "@/lib/activity/list";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext, systemContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
let ctx: Context;
beforeEach(async () => {
  ctx = await operatorContext(db);
});

const actions = async (input: Parameters<typeof listActivity>[1]) =>
  (await listActivity(ctx, input)).items.map(({ action }) => action);

test("a change tells who, what, before and after, to what, from where and in which request", async () => {
  const from = { ...ctx, address: "192.0.2.7" };
  const key = await createApiKey(from, { name: "Website" });
  await renameApiKey(from, { id: key.id, name: "Shop" });
  const [renamed, created] = (await listActivity(ctx)).items;
  expect(renamed).toMatchObject({
    actor: { kind: "operator", name: ctx.actor.name },
    action: "api_key.renamed",
    target: { kind: "api_key", id: key.id, name: "Shop", exists: true },
    detail: { before: { name: "Website" }, after: { name: "Shop" } },
    requestId: ctx.requestId,
    address: "192.0.2.7",
  });
  expect(created).toMatchObject({ action: "api_key.created", target: { name: "Website" } });
});

test("what is deleted is told of by name, and said to be gone", async () => {
  const key = await createApiKey(ctx, { name: "Website" });
  await deleteApiKey(ctx, { id: key.id, confirmName: "Website" });
  expect((await listActivity(ctx, { targetId: key.id })).items.map(({ target }) => target.exists)).toEqual([
    false,
    false,
  ]);
});

test("the search finds parts of names, whatever the case, ids, and request ids within what was pasted", async () => {
  const requestId = newId();
  const key = await createApiKey({ ...ctx, requestId }, { name: "Éclair shop" });
  await createApiKey(ctx, { name: "Other" });
  for (const search of ["éCLAIR", "sh", "r s", key.id, requestId, `{"requestId":"${requestId}","code":"x"}`])
    expect([search, await actions({ search })]).toEqual([search, ["api_key.created"]]);
  for (const search of ["%", "_", "nothing", newId(), "' OR 1=1 --", "\0"])
    expect([search, (await actions({ search })).length]).toEqual([search, search === "\0" ? 2 : 0]);
});

test("changes are told apart by who made them: an operator, the command line, the API, Flowlatch itself", async () => {
  const { workspaceId } = ctx.actor;
  const commandLine = await systemContext(db, workspaceId);
  const other = await operatorContext(db, "editor", workspaceId);
  await createApiKey(ctx, { name: "A" });
  await createApiKey(commandLine, { name: "B" });
  await createApiKey({ ...commandLine, actor: { kind: "system", workspaceId, name: "Maintenance" } }, { name: "C" });
  await createApiKey(other, { name: "D" });
  const names = async (actor: string) => (await listActivity(ctx, { actor })).items.map(({ target }) => target.name);
  if (ctx.actor.kind !== "operator") throw new Error("not an operator");
  expect(await names(ctx.actor.userId)).toEqual(["A"]);
  expect(await names("command-line")).toEqual(["B"]);
  expect(await names("flowlatch")).toEqual(["C"]);
  expect(await names("api")).toEqual([]);
  expect((await listActivity(ctx, { actor: "nobody's" })).count).toBe(4);
});

test("a kind of change, or all changes of keys, are found by themselves", async () => {
  const key = await createApiKey(ctx, { name: "Website" });
  await renameApiKey(ctx, { id: key.id, name: "Shop" });
  expect(await actions({ action: "api_key.renamed" })).toEqual(["api_key.renamed"]);
  expect(await actions({ action: "api_key" })).toEqual(["api_key.renamed", "api_key.created"]);
  expect(await actions({ action: "chatflow" })).toEqual([]);
});

test("days are whole, and UTC", async () => {
  const at = (time: string) => ({ ...ctx, now: new Date(time) });
  await createApiKey(at("2026-03-01T23:59:59.999Z"), { name: "A" });
  await createApiKey(at("2026-03-02T00:00:00.000Z"), { name: "B" });
  await createApiKey(at("2026-03-02T23:59:59.999Z"), { name: "C" });
  await createApiKey(at("2026-03-03T00:00:00.000Z"), { name: "D" });
  const names = async (input: { from?: string; to?: string }) =>
    (await listActivity(ctx, input)).items.map(({ target }) => target.name);
  expect(await names({ from: "2026-03-02", to: "2026-03-02" })).toEqual(["C", "B"]);
  expect(await names({ to: "2026-03-01" })).toEqual(["A"]);
  expect(await names({ from: "2026-03-03T00:00:00Z" })).toEqual(["D"]);
  expect(await names({ from: "2026-03-04", to: "2026-03-01" })).toEqual([]);
  expect(await names({ from: "yesterday", to: "2026-13-45" })).toHaveLength(4);
});

test("pages of fifty follow each other without gap or repetition, also among events of one moment", async () => {
  await db.pool.query(
    `INSERT INTO audit_event (id, workspace_id, at, actor_kind, actor_name, action, target_kind, target_id, target_name, detail, request_id)
     SELECT gen_random_uuid(), $1, timestamptz '2026-01-01' + (n / 10) * interval '1 second', 'system', 'Command line',
            'api_key.created', 'api_key', gen_random_uuid(), 'Key ' || n, '{}', 'request-' || n
     FROM generate_series(1, 120) n`,
    [ctx.actor.workspaceId],
  );
  const first = await listActivity(ctx);
  const second = await listActivity(ctx, { after: first.next ?? "" });
  const third = await listActivity(ctx, { after: second.next ?? "" });
  expect([first, second, third].map(({ items }) => items.length)).toEqual([50, 50, 20]);
  expect(new Set([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(120);
  expect(third.next).toBeNull();
  expect((await listActivity(ctx, { before: third.previous ?? "" })).items).toEqual(second.items);
  expect(first).toMatchObject({ count: 120, countIsCapped: false, previous: null });
});
