import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { deleteChatflow } from "@/lib/chatflows/delete";
import { addFurtherKey, removeFurtherKey } from "@/lib/chatflows/further-keys";
import { getChatflow, listChatflows } from "@/lib/chatflows/read";
import type { AccessInput } from "@/lib/chatflows/schema";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { openingFollowUp, openingQuestion, predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();

let ctx: Context;
let id: string;
let website: { id: string; token: string };
let acme: { id: string; token: string };
beforeEach(async () => {
  const guarded = await createGuardedChatflow(db);
  ctx = guarded.ctx;
  id = guarded.chatflowId;
  website = guarded.key;
  acme = await createApiKey(ctx, { name: "Acme" });
});

const call = async (token: string) => (await predict(id, { token })).status;
const add = (key = acme) => addFurtherKey(ctx, { id, apiKeyId: key.id });
const remove = (key = acme) => removeFurtherKey(ctx, { id, apiKeyId: key.id });
const setAccess = (access: AccessInput) => setChatflowAccess(ctx, { id, access });
const lastEvent = async () => {
  const select = { action: true, targetKind: true, targetId: true, targetName: true, actorName: true, detail: true };
  return await db.prisma.auditEvent.findFirst({ orderBy: { id: "desc" }, select });
};
const state = async () => {
  const { access, apiKey, furtherKeys } = await getChatflow(ctx, id);
  return [access, apiKey?.name ?? null, furtherKeys.map(({ name }) => name)];
};

test("a further key is let in beside the assigned one, and removed it is out while the other goes on", async () => {
  expect(await call(acme.token)).toBe(403);
  expect(await add()).toEqual({ id, apiKey: { id: acme.id, name: "Acme" } });
  expect([await call(website.token), await call(acme.token)]).toEqual([200, 200]);
  expect(await remove()).toEqual({ id, apiKey: { id: acme.id, name: "Acme" }, isClosed: false });
  expect([await call(website.token), await call(acme.token)]).toEqual([200, 403]);
  expect(await db.prisma.apiKey.count({ where: { id: acme.id } })).toBe(1);
});

test("pages and lists show further keys by name, with what tells them apart and nothing more", async () => {
  const beta = await createApiKey(ctx, { name: "Beta 10" });
  await add(beta);
  await add(await createApiKey(ctx, { name: "beta 9" }));
  await call(beta.token);
  const { furtherKeys } = await getChatflow(ctx, id);
  expect(furtherKeys).toEqual([
    { id: expect.any(String), name: "beta 9", lastFour: expect.any(String), tokenSource: null, lastUsedAt: null },
    { id: beta.id, name: "Beta 10", lastFour: beta.token.slice(-4), tokenSource: null, lastUsedAt: expect.any(Date) },
  ]);
  expect((await listChatflows(ctx)).items[0]).toMatchObject({ access: "key", furtherKeys });
});

test("a key is created as a further one in one step, or not at all", async () => {
  const key = await createApiKey(ctx, { name: "Partner", chatflowId: id, isFurtherKey: true });
  expect([await call(website.token), await call(key.token)]).toEqual([200, 200]);
  expect(await state()).toEqual(["key", "Website", ["Partner"]]);
  await setAccess({ kind: "public" });
  const late = createApiKey(ctx, { name: "Late", chatflowId: id, isFurtherKey: true });
  await expect(late).rejects.toMatchObject({ code: "conflict" });
  expect(await db.prisma.apiKey.count({ where: { name: "Late" } })).toBe(0);
});

test("each change is on record, and adding what is accepted already is none", async () => {
  const target = { targetKind: "chatflow", targetId: id, targetName: "Support", actorName: "Olga the owner" };
  const named = { apiKeyId: acme.id, apiKeyName: "Acme" };
  await add();
  expect(await lastEvent()).toEqual({ ...target, action: "chatflow.key_added", detail: { after: named } });
  const count = await db.prisma.auditEvent.count();
  await add();
  expect(await db.prisma.auditEvent.count()).toBe(count);
  await remove();
  expect(await lastEvent()).toEqual({ ...target, action: "chatflow.key_removed", detail: { before: named } });
});

test.each(["public", "closed"] as const)(
  "made %s, a chatflow loses its further keys, and the record names them",
  async (kind) => {
    await add();
    const { removedKeys } = await setAccess({ kind });
    expect(removedKeys).toEqual([{ id: acme.id, name: "Acme" }]);
    expect(await state()).toEqual([kind, null, []]);
    expect((await lastEvent())?.detail).toMatchObject({
      before: { access: "key", apiKeyName: "Website", furtherKeys: [{ id: acme.id, name: "Acme" }] },
      after: { access: kind },
    });
    await setAccess({ kind: "key", apiKeyId: website.id });
    expect(await call(acme.token)).toBe(403);
  },
);

test("another assigned key leaves the further ones, and a further one that is assigned moves there", async () => {
  await add();
  const beta = await createApiKey(ctx, { name: "Beta" });
  await setAccess({ kind: "key", apiKeyId: beta.id });
  expect(await state()).toEqual(["key", "Beta", ["Acme"]]);
  expect(await call(website.token)).toBe(403);
  await setAccess({ kind: "key", apiKeyId: acme.id });
  expect(await state()).toEqual(["key", "Acme", []]);
  expect([await call(beta.token), await call(acme.token)]).toEqual([403, 200]);
  expect((await lastEvent())?.detail).toEqual({
    before: { access: "key", apiKeyId: beta.id, apiKeyName: "Beta", furtherKeys: [{ id: acme.id, name: "Acme" }] },
    after: { access: "key", apiKeyId: acme.id, apiKeyName: "Acme" },
  });
});

test("a deleted key shuts out its own callers alone; with the last one the chatflow closes, and says so", async () => {
  const other = await createKnowledgeChatflow(ctx, "Other");
  await setChatflowAccess(ctx, { id: other, access: { kind: "key", apiKeyId: website.id } });
  await add();
  const first = await deleteApiKey(ctx, { id: website.id, confirmName: "Website" });
  expect(first.closedChatflows).toEqual([{ id: other, name: "Other" }]);
  expect((await lastEvent())?.detail).toMatchObject({ openChatflows: [{ id, name: "Support" }] });
  expect(await state()).toEqual(["key", null, ["Acme"]]);
  expect([await call(website.token), await call(acme.token)]).toEqual([401, 200]);
  const last = await deleteApiKey(ctx, { id: acme.id, confirmName: "Acme" });
  expect(last.closedChatflows).toEqual([{ id, name: "Support" }]);
  expect(await state()).toEqual(["closed", null, []]);
});

test("removing the last key closes the chatflow, and the record says so", async () => {
  await add();
  await deleteApiKey(ctx, { id: website.id, confirmName: "Website" });
  expect(await remove()).toMatchObject({ isClosed: true });
  expect(await state()).toEqual(["closed", null, []]);
  expect((await lastEvent())?.detail).toMatchObject({ after: { access: "closed" } });
});

test("what does not fit is refused with a sentence beside the field, and changes nothing", async () => {
  const refused = (sentence: RegExp, code = "conflict") => ({
    code,
    field: "apiKeyId",
    message: expect.stringMatching(sentence),
  });
  await expect(add(website)).rejects.toMatchObject(refused(/“Website” is assigned to this chatflow already/));
  await expect(remove(website)).rejects.toMatchObject(refused(/was assigned to the chatflow meanwhile/));
  await expect(remove()).rejects.toMatchObject(refused(/does not accept this key/, "not_found"));
  await expect(addFurtherKey(ctx, { id, apiKeyId: "no id" })).rejects.toMatchObject(refused(/key id/, "invalid_input"));
  await setAccess({ kind: "public" });
  await expect(add()).rejects.toMatchObject(refused(/is public: anybody may call it/));
  await setAccess({ kind: "closed" });
  await expect(add()).rejects.toMatchObject(refused(/is closed/));
  expect(await state()).toEqual(["closed", null, []]);
});

test("the fifty-first further key is refused", async () => {
  const { rows } = await db.pool.query<{ id: string }>(
    `INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_at)
     SELECT gen_random_uuid(), $1, 'Key ' || n, 'key ' || n, 'abcd', now() FROM generate_series(1, 50) n RETURNING id`,
    [ctx.actor.workspaceId],
  );
  for (const key of rows) await addFurtherKey(ctx, { id, apiKeyId: key.id });
  await expect(add()).rejects.toMatchObject({ code: "conflict", message: expect.stringMatching(/at most 50/) });
  await removeFurtherKey(ctx, { id, apiKeyId: rows[7]?.id as string });
  await add();
  expect((await getChatflow(ctx, id)).furtherKeys).toHaveLength(50);
});

test("the database itself refuses what no query may do: public and keyed, assigned and further, or across workspaces", async () => {
  await add();
  const stranger = await operatorContext(db);
  const foreign = await createApiKey(stranger, { name: "Foreign" });
  const publicId = (await createChatflow(ctx, { name: "Public", engine: { kind: "knowledge" } })).id;
  await setChatflowAccess(ctx, { id: publicId, access: { kind: "public" } });
  const insert = (chatflowId: string, apiKeyId: string, workspaceId = ctx.actor.workspaceId) =>
    db.pool.query("INSERT INTO chatflow_further_key VALUES ($1, $2, $3, now())", [workspaceId, chatflowId, apiKeyId]);
  const update = (set: string) => db.pool.query(`UPDATE chatflow SET ${set} WHERE id = '${id}'`);
  await expect(update("is_public = true, api_key_id = NULL")).rejects.toMatchObject({
    constraint: "chatflow_public_excludes_further_keys",
  });
  await expect(insert(publicId, acme.id)).rejects.toMatchObject({
    constraint: "chatflow_public_excludes_further_keys",
  });
  const both = { constraint: "chatflow_assigned_key_is_not_further" };
  await expect(insert(id, website.id)).rejects.toMatchObject(both);
  await expect(update(`api_key_id = '${acme.id}'`)).rejects.toMatchObject(both);
  const crossing = { constraint: /^chatflow_further_key_(chatflow|api_key)_fkey$/ };
  for (const workspaceId of [ctx.actor.workspaceId, stranger.actor.workspaceId]) {
    const attempt = await insert(id, foreign.id, workspaceId).catch((error: { constraint: string }) => error);
    expect((attempt as { constraint: string }).constraint).toMatch(crossing.constraint);
  }
});

test("a session belongs to its key: another key of the same chatflow cannot continue it", async () => {
  await add();
  const ask = async (token: string, question: string) => {
    const body = { question, sessionId: "shared" };
    return ((await (await predict(id, { token, body })).json()) as { text: string }).text;
  };
  const nothingFound = await ask(acme.token, openingFollowUp);
  expect(nothingFound).not.toContain("closes at five");
  await ask(website.token, openingQuestion);
  expect(await ask(acme.token, openingFollowUp)).toBe(nothingFound);
  // Whichever of the two ways it is accepted, it is the same credential.
  await setAccess({ kind: "key", apiKeyId: acme.id });
  await addFurtherKey(ctx, { id, apiKeyId: website.id });
  expect(await ask(website.token, openingFollowUp)).toContain("closes at five");
  expect(await ask(acme.token, openingFollowUp)).toBe(nothingFound);
});

test("the combobox for further keys leaves out those that are accepted already", async () => {
  await add();
  await createApiKey(ctx, { name: "Beta" });
  const options = await searchApiKeyOptions(ctx, { notAcceptedBy: id });
  expect(options.map(({ name }) => name)).toEqual(["Beta"]);
  expect(await searchApiKeyOptions(ctx, {})).toHaveLength(3);
});

test("deleting a chatflow keeps its keys, and the record names the further ones", async () => {
  await add();
  await deleteChatflow(ctx, { id, confirmName: "Support" });
  expect(await db.prisma.apiKey.count()).toBe(2);
  expect((await lastEvent())?.detail).toMatchObject({ before: { furtherKeys: [{ id: acme.id, name: "Acme" }] } });
});

type Step = ["access", AccessInput["kind"], number] | ["add" | "remove" | "delete", number];

test("after any sequence of changes exactly those keys get in that a simple model says", async () => {
  const key = fc.nat(3);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(fc.constant("access" as const), fc.constantFrom("closed", "key", "public"), key),
    { arbitrary: fc.tuple(fc.constantFrom("add", "remove"), key), weight: 2 },
    { arbitrary: fc.tuple(fc.constant("delete" as const), key), weight: 1 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      await setAccess({ kind: "closed" });
      await db.prisma.apiKey.deleteMany({ where: { name: { startsWith: "Step " } } });
      const keys = await Promise.all([0, 1, 2, 3].map((n) => createApiKey(ctx, { name: `Step ${n}` })));
      const model = { isPublic: false, assigned: -1, further: new Set<number>(), deleted: new Set<number>() };
      for (const [kind, ...rest] of steps) {
        const n = rest.at(-1) as number;
        const apiKeyId = keys[n]?.id as string;
        if (kind === "access") {
          const to = rest[0] as AccessInput["kind"];
          const input = to === "key" ? { kind: to, apiKeyId } : { kind: to };
          const isDone = await setAccess(input).then(
            () => true,
            () => false,
          );
          expect(isDone).toBe(to !== "key" || !model.deleted.has(n));
          if (!isDone) continue;
          model.isPublic = to === "public";
          model.assigned = to === "key" ? n : -1;
          if (to === "key") model.further.delete(n);
          else model.further.clear();
        } else if (kind === "add") {
          const mayAdd =
            !model.deleted.has(n) &&
            !model.isPublic &&
            model.assigned !== n &&
            (model.assigned >= 0 || model.further.size > 0);
          expect(
            await addFurtherKey(ctx, { id, apiKeyId }).then(
              () => true,
              () => false,
            ),
          ).toBe(mayAdd);
          if (mayAdd) model.further.add(n);
        } else if (kind === "remove") {
          const isRemoved = await removeFurtherKey(ctx, { id, apiKeyId }).then(
            () => true,
            () => false,
          );
          expect(isRemoved).toBe(model.further.delete(n));
        } else if (!model.deleted.has(n)) {
          await deleteApiKey(ctx, { id: apiKeyId, confirmName: `Step ${n}` });
          model.deleted.add(n);
          model.further.delete(n);
          if (model.assigned === n) model.assigned = -1;
        }
      }
      const hasKey = model.assigned >= 0 || model.further.size > 0;
      expect((await getChatflow(ctx, id)).access).toBe(model.isPublic ? "public" : hasKey ? "key" : "closed");
      for (const [n, { token }] of keys.entries()) {
        const getsIn = model.isPublic || model.assigned === n || model.further.has(n);
        expect(await call(token)).toBe(model.deleted.has(n) ? 401 : getsIn ? 200 : 403);
      }
    }),
    { numRuns: 12 },
  );
});
