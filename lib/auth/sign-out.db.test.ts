import { createHash } from "node:crypto";
import { NextRequest } from "next/server";
import { encode, type JWT } from "next-auth/jwt";
import { expect, test, vi } from "vitest";
import { signOutAction } from "@/app/(dashboard)/actions";
import { POST } from "@/app/api/auth/[...nextauth]/route";
import { currentOperator, operatorOfSession } from "@/lib/auth/current";
import { pruneEndedSessions } from "@/lib/auth/ended-sessions";
import { authOptions } from "@/lib/auth/options";
import { decodeSession, encodeSession, newestSessionSecret } from "@/lib/auth/session-secrets";
import { closeDatabase, database, openDatabase } from "@/lib/db/client";
import { callWithSession } from "@/lib/testing/call-action";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const secret = newestSessionSecret();
const maxAge = 7 * 24 * 3_600;

async function newOperator(): Promise<string> {
  const { actor } = await operatorContext(db);
  if (actor.kind !== "operator") throw new Error("not an operator");
  return actor.userId;
}

type Jwt = (params: { token: JWT; user?: { id: string; sessionEpoch: number } }) => JWT;
/** What next-auth has us put into a session, at sign-in and when it seals one anew. */
const contentOf = authOptions().callbacks?.jwt as unknown as Jwt;

/** The cookie of somebody who signs in. */
const signIn = async (id: string) =>
  await encodeSession({ token: contentOf({ token: {}, user: { id, sessionEpoch: 0 } }), secret, maxAge });
/** One that a version before sessions had ids has sealed. */
const oldCookie = async (sub: string) => await encode({ token: { sub, sessionEpoch: 0 }, secret, maxAge });
/** The same session, as `/api/auth/session` seals it anew. */
async function sealAnew(cookie: string): Promise<string> {
  const token = await decodeSession({ token: cookie, secret });
  return await encodeSession({ token: contentOf({ token: token as JWT }), secret, maxAge });
}

const operatorOf = async (cookie: string) => (await callWithSession(cookie, currentOperator))?.userId ?? null;
/** The action ends in a redirect, which Next throws. */
const signOut = async (cookie: string) =>
  await expect(callWithSession(cookie, signOutAction)).rejects.toThrow("NEXT_REDIRECT");

test.each([
  ["", signIn],
  [", also of a session that an older version opened", oldCookie],
])("after sign-out a copied cookie opens nothing, while the person's other sessions go on%s", async (_, open) => {
  const id = await newOperator();
  const [cookie, other] = [await open(id), await open(id)];
  const copy = await sealAnew(cookie);
  expect([await operatorOf(cookie), await operatorOf(copy)]).toEqual([id, id]);
  await signOut(cookie);
  expect([await operatorOf(cookie), await operatorOf(copy), await operatorOf(await sealAnew(copy))]).toEqual([
    null,
    null,
    null,
  ]);
  expect(await operatorOf(other)).toBe(id);
  // From a second tab, and from one that has no session any more.
  await signOut(copy);
  await signOut("nonsense");
  expect(await operatorOf(other)).toBe(id);
});

test("a session that is ended here is over at another instance at once", async () => {
  const id = await newOperator();
  const cookie = await signIn(id);
  const { sessionId } = (await decodeSession({ token: cookie, secret })) as JWT;
  const session = { userId: id, sessionEpoch: 0, sessionId };
  const another = openDatabase(db.url, 1);
  try {
    expect(await operatorOfSession(another, session)).toMatchObject({ userId: id });
    await signOut(cookie);
    expect(await operatorOfSession(another, session)).toBeNull();
  } finally {
    await closeDatabase(another);
  }
});

/** Signs out at next-auth's own address, which our pages do not use. */
async function signOutAtNextAuth(cookie: string): Promise<Response> {
  const csrfToken = "c".repeat(64);
  const proof = createHash("sha256").update(`${csrfToken}${secret}`).digest("hex");
  const cookies = `${cookie}; next-auth.csrf-token=${csrfToken}%7C${proof}`;
  const request = new NextRequest("http://localhost/api/auth/signout", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, json: "true" }).toString(),
  });
  return await callWithSession(cookies, () => POST(request, { params: Promise.resolve({ nextauth: ["signout"] }) }));
}

test("next-auth's own address signs out as well, and where it could not says so", async () => {
  const id = await newOperator();
  const cookie = await signIn(id);
  const away = vi
    .spyOn(database().pool, "query")
    .mockRejectedValue(Object.assign(new Error(), { code: "ECONNREFUSED" }));
  const refused = await signOutAtNextAuth(cookie);
  away.mockRestore();
  expect([refused.status, refused.headers.has("set-cookie")]).toEqual([503, false]);
  expect(await operatorOf(cookie)).toBe(id);
  expect((await signOutAtNextAuth(cookie)).status).toBe(200);
  expect(await operatorOf(cookie)).toBeNull();
});

test("who somebody is costs one statement", async () => {
  const session = { userId: await newOperator(), sessionEpoch: 0 };
  expect(await statementsOf(() => operatorOfSession(db, session))).toHaveLength(1);
});

test("that a session was ended is remembered for as long as a cookie of it may be good, and no longer", async () => {
  const cookie = await signIn(await newOperator());
  await signOut(cookie);
  const { exp = 0 } = (await decodeSession({ token: cookie, secret })) as { exp?: number };
  const after = (seconds: number) => new Date((exp + seconds) * 1000);
  expect(await pruneEndedSessions(db, after(60))).toEqual({ deleted: 0 });
  expect(await pruneEndedSessions(db, after(2 * 3_600))).toEqual({ deleted: 1 });
});
