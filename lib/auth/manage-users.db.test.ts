import { expect, test } from "vitest";
import { getApiKey } from "@/lib/api-keys/detail";
import { createApiKey } from "@/lib/api-keys/service";
import { verifyCall } from "@/lib/api-keys/verify";
import { operatorOfSession } from "@/lib/auth/current";
import { changeUserRole, listUsers, makePasswordLink, removeUser, setPassword } from "@/lib/auth/manage-users";
import { checkSignIn } from "@/lib/auth/sign-in";
import { createUser, inviteUser } from "@/lib/auth/users";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { beforeStatement } from "@/lib/testing/before-statement";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext, systemContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const password = "correct horse battery staple";
const nadia = { name: "Nadia New", email: "nadia@example.com", role: "editor" } as const;
const anybody = (now = new Date()) => ({ db, now, requestId: newId(), address: null });
const signIn = (email: string, typed = password) =>
  checkSignIn({ db, now: new Date(), address: null }, { email, password: typed });
const idOf = ({ actor }: Context) => (actor.kind === "operator" ? actor.userId : "");
const sessionOf = (userId: string, sessionEpoch = 0) => operatorOfSession(db, { userId, sessionEpoch });
const another = async (ctx: Context, role: Parameters<typeof operatorContext>[1]) =>
  await operatorContext(db, role, ctx.actor.workspaceId);
const actionsOn = async (targetId: string) =>
  (await db.prisma.auditEvent.findMany({ where: { targetId }, orderBy: { id: "asc" } })).map(({ action }) => action);

test("who is invited signs in with the password that they chose, by a link that works once", async () => {
  const ctx = await operatorContext(db, "admin");
  const { id, code } = await inviteUser(ctx, nadia);
  await expect(signIn(nadia.email, " ")).rejects.toMatchObject({ code: "unauthenticated" });
  expect((await listUsers(ctx)).find((user) => user.id === id)).toMatchObject({
    ...nadia,
    isInvited: true,
    lastSeenAt: null,
  });
  expect(await setPassword(anybody(), { code, password })).toEqual({ email: nadia.email });
  expect(await signIn(nadia.email)).toMatchObject({ id, sessionEpoch: 1 });
  await expect(setPassword(anybody(), { code, password })).rejects.toMatchObject({ code: "not_found" });
  expect((await listUsers(ctx)).find((user) => user.id === id)).toMatchObject({ isInvited: false });
  expect(await actionsOn(id)).toEqual(["user.created", "user.password_set"]);
});

test("a link ends the sessions of before when it is used, not when it is made; a newer or an older one is worth nothing then", async () => {
  const ctx = await operatorContext(db);
  const editor = await another(ctx, "editor");
  const id = idOf(editor);
  const [first, second] = [await makePasswordLink(ctx, { id }), await makePasswordLink(ctx, { id })];
  expect(await sessionOf(id)).not.toBeNull();
  await setPassword(anybody(), { code: second.code, password });
  expect(await sessionOf(id)).toBeNull();
  await expect(setPassword(anybody(), { code: first.code, password })).rejects.toMatchObject({ code: "not_found" });
});

test("of two who use a link at once one chooses the password", async () => {
  const { code } = await inviteUser(await operatorContext(db), nadia);
  const passwords = ["seven green lamps hum", "nine brass kettles sing"];
  const outcomes = await Promise.allSettled(
    passwords.map((chosen) => setPassword(anybody(), { code, password: chosen })),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const won = outcomes.findIndex(({ status }) => status === "fulfilled");
  expect(await signIn(nadia.email, passwords[won])).toMatchObject({ email: nadia.email });
});

test("a link that is too old, altered, another's or a removed operator's does not work, and a weak password does not use it up", async () => {
  const ctx = await operatorContext(db);
  const { id, code, expiresAt } = await inviteUser(ctx, nadia);
  const other = await another(ctx, "editor");
  const [, expires, sealed] = code.split(".");
  const later = (Number.parseInt(expires ?? "", 36) + 1_000).toString(36);
  const forged = [
    "",
    "x",
    `${id}.${later}.${sealed}`,
    `${idOf(other)}.${expires}.${sealed}`,
    `${id}..${sealed}`,
    `${id}.${expires}.`,
  ];
  for (const wrong of forged) {
    await expect(setPassword(anybody(), { code: wrong, password })).rejects.toMatchObject({ code: "not_found" });
  }
  await expect(setPassword(anybody(expiresAt), { code, password })).rejects.toMatchObject({ code: "not_found" });
  await expect(setPassword(anybody(), { code, password: "password1234" })).rejects.toMatchObject({ field: "password" });
  await removeUser(ctx, { id });
  await expect(setPassword(anybody(), { code, password })).rejects.toMatchObject({ code: "not_found" });
});

test("a removed operator's sessions end at once, they cannot sign in, and their address can be invited anew", async () => {
  const ctx = await operatorContext(db);
  const { id } = await createUser(ctx, { ...nadia, password });
  expect(await sessionOf(id)).not.toBeNull();
  await removeUser(ctx, { id });
  expect(await sessionOf(id)).toBeNull();
  await expect(signIn(nadia.email)).rejects.toMatchObject({ code: "unauthenticated" });
  expect((await listUsers(ctx)).map((user) => user.id)).not.toContain(id);
  expect(JSON.stringify(await db.prisma.user.findUnique({ where: { id } }))).not.toContain(nadia.email);
  const again = await inviteUser(ctx, nadia);
  expect(again.id).not.toBe(id);
  expect(await actionsOn(id)).toEqual(["user.created", "user.removed"]);
});

test("keys of a removed operator go on working, and say whose they were", async () => {
  const ctx = await operatorContext(db);
  const editor = await another(ctx, "editor");
  const chatflowId = await createKnowledgeChatflow(ctx, "Support");
  const { id, token } = await createApiKey(editor, { name: "Website", chatflowId });
  expect((await getApiKey(ctx, id)).createdBy).toBe("Olga the editor");
  await removeUser(ctx, { id: idOf(editor) });
  expect((await getApiKey(ctx, id)).createdBy).toBe("Olga the editor (former operator)");
  const call = { chatflowId, token: token as never, sessionId: null, address: null };
  expect(await verifyCall(db, call, new Date())).toMatchObject({ credentialId: id });
});

test("a link of an administrator does not become one of an owner when its holder does", async () => {
  const owner = await operatorContext(db);
  const editor = await another(owner, "editor");
  const { code } = await makePasswordLink(await another(owner, "admin"), { id: idOf(editor) });
  await changeUserRole(owner, { id: idOf(editor), role: "owner" });
  await expect(setPassword(anybody(), { code, password })).rejects.toMatchObject({ code: "not_found" });
});

test("a link does not work any more where its holder's role changes, or they are removed, while it is used", async () => {
  const owner = await operatorContext(db);
  for (const change of [
    (id: string) => changeUserRole(owner, { id, role: "owner" }),
    (id: string) => removeUser(owner, { id }),
  ]) {
    const id = idOf(await another(owner, "editor"));
    const { code } = await makePasswordLink(await another(owner, "admin"), { id });
    const used = beforeStatement(
      "BEGIN",
      () => change(id),
      () => setPassword(anybody(), { code, password }),
    );
    await expect(used).rejects.toMatchObject({ code: "not_found" });
    expect(await actionsOn(id)).not.toContain("user.password_set");
  }
});

test("a changed role counts for the session that there is", async () => {
  const ctx = await operatorContext(db);
  const viewer = await another(ctx, "viewer");
  await changeUserRole(ctx, { id: idOf(viewer), role: "admin" });
  expect(await sessionOf(idOf(viewer))).toMatchObject({ role: "admin" });
  const [event] = await db.prisma.auditEvent.findMany({ where: { action: "user.role_changed" } });
  expect(event?.detail).toEqual({ before: { role: "viewer" }, after: { role: "admin" } });
});

test("the last owner is neither demoted nor removed, by nobody; a second owner may be", async () => {
  const owner = await operatorContext(db);
  const shell = await systemContext(db, owner.actor.workspaceId);
  const id = idOf(owner);
  await expect(removeUser(shell, { id })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/only owner/),
  });
  await expect(changeUserRole(shell, { id, role: "admin" })).rejects.toMatchObject({
    message: expect.stringMatching(/only owner/),
  });
  const second = await another(owner, "owner");
  await changeUserRole(second, { id, role: "editor" });
  await expect(removeUser(shell, { id: idOf(second) })).rejects.toMatchObject({
    message: expect.stringMatching(/only owner/),
  });
});

test("nobody changes their own role or removes themselves, and everybody who may can choose a new password", async () => {
  const admin = await operatorContext(db, "admin");
  const id = idOf(admin);
  await expect(removeUser(admin, { id })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/yourself/),
  });
  await expect(changeUserRole(admin, { id, role: "viewer" })).rejects.toMatchObject({
    message: expect.stringMatching(/yourself/),
  });
  expect(await makePasswordLink(admin, { id })).toMatchObject({ id });
});

test("an administrator cannot make, change, remove or sign in as an owner", async () => {
  const owner = await operatorContext(db);
  const admin = await another(owner, "admin");
  const editor = await another(owner, "editor");
  const id = idOf(owner);
  await another(owner, "owner");
  for (const attempt of [
    () => createUser(admin, { ...nadia, password, role: "owner" }),
    () => inviteUser(admin, { ...nadia, role: "owner" }),
    () => changeUserRole(admin, { id: idOf(editor), role: "owner" }),
    () => changeUserRole(admin, { id, role: "editor" }),
    () => removeUser(admin, { id }),
    () => makePasswordLink(admin, { id }),
  ]) {
    await expect(attempt()).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(/Only an owner/),
    });
  }
});

test("who was removed or demoted a moment ago changes nobody, with whatever they began", async () => {
  const owner = await operatorContext(db);
  const [removed, demoted, editor] = [
    await another(owner, "admin"),
    await another(owner, "admin"),
    await another(owner, "editor"),
  ];
  await removeUser(owner, { id: idOf(removed) });
  await changeUserRole(owner, { id: idOf(demoted), role: "viewer" });
  const input = { id: idOf(editor) };
  await expect(removeUser(removed, input)).rejects.toMatchObject({ code: "unauthenticated" });
  await expect(removeUser(demoted, input)).rejects.toMatchObject({ code: "forbidden" });
});
