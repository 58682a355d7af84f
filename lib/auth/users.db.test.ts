import { expect, test } from "vitest";
import { operatorOfSession } from "@/lib/auth/current";
import { setupCode } from "@/lib/auth/setup-code";
import { createFirstOwner, createUser, needsSetup, setUp, signOutEverywhere } from "@/lib/auth/users";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const ada = { name: "Ada Lovelace", email: " Ada@Example.com ", password: "correct horse battery staple" };
const setupContext = () => ({ db, now: new Date(), requestId: newId(), address: null });

test("the setup code makes the first account its workspace's owner", async () => {
  expect(await needsSetup(db)).toBe(true);
  const account = await setUp(setupContext(), { ...ada, code: setupCode() });
  expect(account.email).toBe("ada@example.com");
  expect(await needsSetup(db)).toBe(false);
  const operator = await operatorOfSession(db, { userId: account.id, sessionEpoch: 0 });
  expect(operator).toMatchObject({ role: "owner", workspaceId: account.workspaceId });
});

test("without the right code nothing is created", async () => {
  await expect(setUp(setupContext(), { ...ada, code: "guess" })).rejects.toMatchObject({ code: "setup_code_invalid" });
  expect(await needsSetup(db)).toBe(true);
});

test("the code is worth nothing once there is an account", async () => {
  await setUp(setupContext(), { ...ada, code: setupCode() });
  const second = { ...ada, email: "mallory@example.com", code: setupCode() };
  await expect(setUp(setupContext(), second)).rejects.toMatchObject({ code: "already_set_up" });
});

test("of two setups at once one wins", async () => {
  const attempts = ["ada@example.com", "bob@example.com"].map((email) =>
    createFirstOwner(setupContext(), { ...ada, email }),
  );
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await db.prisma.user.count()).toBe(1);
});

test("a common password is refused, and nothing is created", async () => {
  const weak = { ...ada, password: "password1234", code: setupCode() };
  await expect(setUp(setupContext(), weak)).rejects.toMatchObject({ code: "invalid_input", field: "password" });
  expect(await needsSetup(db)).toBe(true);
});

test("an email address has one account, whatever its case", async () => {
  const ctx = await operatorContext(db, "admin");
  await createUser(ctx, { ...ada, role: "viewer" });
  const again = createUser(ctx, { ...ada, email: "ADA@example.COM" });
  await expect(again).rejects.toMatchObject({ code: "conflict", field: "email" });
});

test("sign out everywhere ends sessions of the old epoch at once, and nobody else's", async () => {
  const ctx = await operatorContext(db);
  const other = await operatorContext(db, "editor", ctx.actor.workspaceId);
  if (ctx.actor.kind !== "operator" || other.actor.kind !== "operator") throw new Error("not operators");
  await signOutEverywhere(ctx);
  expect(await operatorOfSession(db, { userId: ctx.actor.userId, sessionEpoch: 0 })).toBeNull();
  expect(await operatorOfSession(db, { userId: other.actor.userId, sessionEpoch: 0 })).not.toBeNull();
  const event = await db.prisma.auditEvent.findFirst({ where: { action: "user.signed_out_everywhere" } });
  expect(event?.actorId).toBe(ctx.actor.userId);
});

test("a session of a removed operator is nobody's", async () => {
  expect(await operatorOfSession(db, { userId: newId(), sessionEpoch: 0 })).toBeNull();
  expect(await operatorOfSession(db, { userId: "forged", sessionEpoch: 0 })).toBeNull();
  expect(await operatorOfSession(db, null)).toBeNull();
});
