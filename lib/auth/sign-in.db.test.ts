import bcrypt from "bcryptjs";
import { expect, test } from "vitest";
import { passwordMatches } from "@/lib/auth/password";
import { pruneFailedSignIns } from "@/lib/auth/prune-sign-ins";
import { checkSignIn } from "@/lib/auth/sign-in";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { createWorkspace } from "@/lib/testing/fixtures";

const db = await testDatabase();
const password = "correct horse battery staple";
/** A hash says how much it costs to check: this one little, so that many attempts are no long wait. */
const passwordHash = await bcrypt.hash(password, 4);
const start = new Date("2026-11-23T12:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

async function addUser(email: string): Promise<void> {
  const memberships = { create: { workspaceId: await createWorkspace(db), role: "editor" } } as const;
  await db.prisma.user.create({
    data: { id: newId(), email, name: "Ada", passwordHash, memberships },
    select: { id: true },
  });
}

function attempt(email: string, given: string, { now = start, address = "192.0.2.1" as string | null } = {}) {
  return checkSignIn({ db, now, address }, { email, password: given });
}

/** Failed attempts until one is held up. */
async function failUntilHeldUp(email: string, address = "192.0.2.1") {
  for (let count = 1; count <= 40; count += 1) {
    const error = await attempt(email, "wrong", { address }).catch((thrown) => thrown);
    if (error.code === "too_many_attempts") return { count, error };
  }
  throw new Error("never held up");
}

test("the right password signs in, whatever the case of the email", async () => {
  await addUser("ada@example.com");
  expect(await attempt(" ADA@example.com ", password)).toMatchObject({ email: "ada@example.com", sessionEpoch: 0 });
});

test("who belongs to no workspace any more is told what a stranger is told", async () => {
  await addUser("ada@example.com");
  await db.prisma.membership.deleteMany();
  const [error, strangers] = await Promise.all(
    ["ada@example.com", "eve@example.com"].map((email) => attempt(email, password).catch((thrown) => thrown)),
  );
  expect(error).toMatchObject({ code: "unauthenticated", message: strangers.message });
});

test("a wrong email and a wrong password get the same answer", async () => {
  await addUser("ada@example.com");
  const [wrongPassword, wrongEmail] = await Promise.all([
    attempt("ada@example.com", "wrong").catch((error) => error),
    attempt("eve@example.com", "wrong").catch((error) => error),
  ]);
  expect(wrongPassword).toMatchObject({ code: "unauthenticated", message: wrongEmail.message });
  expect(wrongEmail.code).toBe("unauthenticated");
});

test("a password with more behind it than bcrypt reads is not right", async () => {
  await db.prisma.user.create({
    data: {
      ...{ id: newId(), email: "ada@example.com", name: "Ada", passwordHash: await bcrypt.hash("a".repeat(72), 4) },
      memberships: { create: { workspaceId: await createWorkspace(db), role: "editor" } },
    },
    select: { id: true },
  });
  expect(await attempt("ada@example.com", "a".repeat(72))).toMatchObject({ name: "Ada" });
  await expect(attempt("ada@example.com", "a".repeat(73))).rejects.toMatchObject({
    message: "Email or password is not right.",
  });
});

test("after five failures an account waits, says how long, and then gets another try", async () => {
  await addUser("ada@example.com");
  const { count, error } = await failUntilHeldUp("ada@example.com");
  expect(count).toBe(6);
  expect(error).toMatchObject({ retryAfterSeconds: 5, message: "Too many failed sign-ins. Try again in 5 seconds." });
  // The right password has to wait as well, or waiting would tell which one is right.
  await expect(attempt("ada@example.com", password)).rejects.toMatchObject({ code: "too_many_attempts" });
  expect(await attempt("ada@example.com", password, { now: after(6) })).toMatchObject({ name: "Ada" });
});

test("waits double with each further failure, up to fifteen minutes", async () => {
  await addUser("eve@example.com");
  await failUntilHeldUp("eve@example.com");
  await expect(attempt("eve@example.com", "wrong", { now: after(6) })).rejects.toMatchObject({
    code: "unauthenticated",
  });
  const held = await attempt("eve@example.com", "wrong", { now: after(7) }).catch((error) => error);
  expect(held.retryAfterSeconds).toBe(9);
  let now = 7;
  let longest = 0;
  for (let round = 0; round < 18; round += 1) {
    const error = await attempt("eve@example.com", "wrong", { now: after(now) }).catch((thrown) => thrown);
    const wait = error.retryAfterSeconds ?? 0;
    longest = Math.max(longest, wait);
    now += wait + 1;
  }
  expect(longest).toBeGreaterThan(600);
  expect(longest).toBeLessThanOrEqual(900);
});

test("who is sent away because many sign in at once has not failed", async () => {
  await addUser("ada@example.com");
  const slow = await bcrypt.hash("a", 10);
  const others = Promise.all(Array.from({ length: 10 }, () => passwordMatches("a", slow)));
  for (let count = 0; count < 25; count += 1) {
    await expect(attempt("ada@example.com", password)).rejects.toThrow("Too many people are signing in right now.");
  }
  await others;
  expect((await failUntilHeldUp("ada@example.com")).count).toBe(6);
});

test("success forgets an account's failures", async () => {
  await addUser("ada@example.com");
  for (let count = 0; count < 4; count += 1) await attempt("ada@example.com", "wrong").catch(() => {});
  await attempt("ada@example.com", password);
  expect((await failUntilHeldUp("ada@example.com")).count).toBe(6);
});

test("one address that tries many accounts is slowed, and another address is not", async () => {
  let held = 0;
  for (let count = 0; count < 24; count += 1) {
    await addUser(`user${count}@example.com`);
    const error = await attempt(`user${count}@example.com`, "wrong", { address: "198.51.100.7" }).catch((e) => e);
    if (error.code === "too_many_attempts") held += 1;
  }
  expect(held).toBe(4);
  await addUser("ada@example.com");
  expect(await attempt("ada@example.com", password, { address: "192.0.2.1" })).toMatchObject({ name: "Ada" });
});

/** How many guesses get through to a password, each at another account, from these addresses one after the other. */
async function guessesThrough(addresses: (string | null)[]): Promise<number> {
  let through = 0;
  for (const address of addresses) {
    const email = `${newId()}@example.com`;
    await addUser(email);
    const error = await attempt(email, "wrong", { address }).catch((thrown) => thrown);
    if (error.code === "unauthenticated") through += 1;
  }
  return through;
}

test("addresses of one IPv6 network count as one, and the network beside it does not", async () => {
  const ofOneCustomer = Array.from({ length: 24 }, (_, n) => `2001:db8:0:7:${n.toString(16)}::${n.toString(16)}`);
  expect(await guessesThrough(ofOneCustomer)).toBe(20);
  expect(await guessesThrough(["2001:db8:0:7::ffff", "2001:db8:0:8::1"])).toBe(1);
});

test("callers whose address is not known count as one", async () => {
  expect(await guessesThrough(Array(24).fill(null))).toBe(20);
});

test("signing in to an account of one's own buys no further guesses", async () => {
  await addUser("mallory@example.com");
  const address = "198.51.100.8";
  for (let count = 0; count < 19; count += 1) {
    await addUser(`victim${count}@example.com`);
    await attempt(`victim${count}@example.com`, "wrong", { address }).catch(() => {});
  }
  await attempt("mallory@example.com", password, { address });
  await attempt("victim-a@example.com", "wrong", { address }).catch(() => {});
  const next = await attempt("victim-b@example.com", "wrong", { address }).catch((error) => error);
  expect(next.code).toBe("too_many_attempts");
});

test("guesses sent at once are counted one by one", async () => {
  await addUser("ada@example.com");
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      attempt("ada@example.com", "wrong", { address: `192.0.2.${index}` }).catch((error) => error.code),
    ),
  );
  expect(outcomes.filter((code) => code === "unauthenticated")).toHaveLength(5);
});

test("what is forgotten of failed sign-ins is deleted, in batches, and no wait is cut short", async () => {
  await failUntilHeldUp("ada@example.com");
  expect(await pruneFailedSignIns(db, after(3_600))).toEqual({ deleted: 0 });
  await db.pool.query("UPDATE sign_in_throttle SET blocked_until = $1 WHERE subject LIKE 'account:%'", [after(3_700)]);
  expect(await pruneFailedSignIns(db, after(3_601))).toEqual({ deleted: 1 });
  await expect(attempt("ada@example.com", password, { now: after(3_601) })).rejects.toMatchObject({
    code: "too_many_attempts",
  });
  await db.pool.query(
    "INSERT INTO sign_in_throttle SELECT 'address:' || n, 1, $1, $1 FROM generate_series(1, 3000) n",
    [start],
  );
  expect(await pruneFailedSignIns(db, after(3_701))).toEqual({ deleted: 3_001 });
});

test("neither email nor address is kept in clear", async () => {
  await attempt("ada@example.com", "wrong", { address: "192.0.2.99" }).catch(() => {});
  const kept = JSON.stringify(await db.prisma.signInThrottle.findMany());
  expect(kept).not.toContain("ada@example.com");
  expect(kept).not.toContain("192.0.2.99");
});
