import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth from "next-auth";
import { decode, encode } from "next-auth/jwt";
import { afterEach, expect, test, vi } from "vitest";
import { hashPassword } from "@/lib/auth/password";
import { newestSessionSecret } from "@/lib/auth/session-secrets";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { createWorkspace } from "@/lib/testing/fixtures";

const db = await testDatabase();
const password = "correct horse battery staple";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** Answers by next-auth with our options, as a server that operators reach at this address. */
async function serveAuth(publicUrl: string) {
  vi.stubEnv("FLOWLATCH_PUBLIC_URL", publicUrl);
  vi.stubEnv("NEXTAUTH_URL", publicUrl);
  vi.resetModules();
  const { authOptions } = await import("@/lib/auth/options");
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const cookies = Object.fromEntries(new URLSearchParams(incoming.headers.cookie?.replaceAll("; ", "&")));
    const body = Object.fromEntries(new URLSearchParams(await text(incoming)));
    const nextauth = incoming.url?.split("/").slice(3);
    const request = Object.assign(incoming, { query: { nextauth }, cookies, body });
    const response = Object.assign(outgoing, {
      status: (code: number) => Object.assign(outgoing, { statusCode: code }),
      send: (content: unknown) => outgoing.end(typeof content === "string" ? content : JSON.stringify(content)),
      json: (content: unknown) => outgoing.end(JSON.stringify(content)),
    });
    await NextAuth(request as unknown as NextApiRequest, response as unknown as NextApiResponse, authOptions());
  };
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Signs in as the form does, and returns every cookie that was set on the way. */
async function cookiesOfSignIn(publicUrl: string): Promise<string[]> {
  const email = "ada@example.com";
  const passwordHash = await hashPassword(password);
  const memberships = { create: { workspaceId: await createWorkspace(db), role: "editor" } } as const;
  await db.prisma.user.create({
    data: { id: newId(), email, name: "Ada", passwordHash, memberships },
    select: { id: true },
  });
  const { url, close } = await serveAuth(publicUrl);
  try {
    const form = await fetch(`${url}/api/auth/csrf`);
    const { csrfToken } = (await form.json()) as { csrfToken: string };
    const first = form.headers.getSetCookie();
    const answer = await fetch(`${url}/api/auth/callback/credentials`, {
      method: "POST",
      headers: { Cookie: first.map((cookie) => cookie.split(";")[0]).join("; ") },
      body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
    });
    expect(answer.status).toBe(200);
    return [...first, ...answer.headers.getSetCookie()];
  } finally {
    close();
  }
}

const nameOf = (cookie: string) => cookie.split("=")[0];

test("on https every cookie is Secure, HttpOnly and SameSite, and the session's is bound to this host (ASVS 3.3)", async () => {
  const cookies = await cookiesOfSignIn("https://flows.example");
  const [session, ...others] = cookies.filter((cookie) => cookie.includes("flowlatch.session="));
  expect(others).toEqual([]);
  expect(session).toMatch(/^__Host-flowlatch\.session=/);
  // What the prefix asks for (RFC 6265bis §4.1.3.2), else browsers drop the cookie.
  expect(session).toMatch(/; Path=\/(;|$)/);
  expect(session).not.toMatch(/; Domain=/i);
  for (const cookie of cookies) {
    expect(nameOf(cookie)).toMatch(/^__(Host|Secure)-/);
    expect(cookie).toMatch(/; Secure(;|$)/);
    expect(cookie).toMatch(/; HttpOnly(;|$)/);
    expect(cookie).toMatch(/; SameSite=(Lax|Strict)(;|$)/i);
  }
});

test("on plain http, where browsers keep no Secure cookie, they are HttpOnly and SameSite all the same", async () => {
  const cookies = await cookiesOfSignIn("http://flows.example:3000");
  expect(cookies.map(nameOf)).toContain("flowlatch.session");
  for (const cookie of cookies) {
    expect(cookie).not.toMatch(/; Secure/);
    expect(cookie).toMatch(/; HttpOnly(;|$)/);
    expect(cookie).toMatch(/; SameSite=(Lax|Strict)(;|$)/i);
  }
});

test("a session that is sealed anew is the one it was, and ends when it would have", async () => {
  const secret = newestSessionSecret();
  const token = { sub: newId(), sessionEpoch: 0, sessionId: newId() };
  const sealed = await encode({ token, secret, maxAge: 3_600 });
  const { url, close } = await serveAuth("http://flows.example:3000");
  const answer = await fetch(`${url}/api/auth/session`, { headers: { Cookie: `flowlatch.session=${sealed}` } });
  close();
  const [cookie = ""] = answer.headers.getSetCookie().filter((one) => one.startsWith("flowlatch.session="));
  const again = /=([^;]*)/.exec(cookie)?.[1] ?? "";
  expect(again).not.toBe(sealed);
  const { exp } = (await decode({ token: sealed, secret })) ?? {};
  expect(await decode({ token: again, secret })).toMatchObject({ ...token, exp });
});

test("a new session secret signs nobody out as long as the old one is listed behind it", async () => {
  const [older, newer] = ["older-session-secret-0123456789abcdef", "newer-session-secret-0123456789abcdef"];
  const userId = newId();
  const sealed = await encode({ token: { sub: userId, sessionEpoch: 0 }, secret: older });
  /** The session that a deployment with these secrets sees in that cookie, and what it is then sealed with. */
  const seen = async (secrets: string) => {
    vi.stubEnv("FLOWLATCH_SESSION_SECRET", secrets);
    const { url, close } = await serveAuth("http://flows.example:3000");
    const answer = await fetch(`${url}/api/auth/session`, { headers: { Cookie: `flowlatch.session=${sealed}` } });
    close();
    const cookies = answer.headers.getSetCookie().filter((cookie) => cookie.startsWith("flowlatch.session="));
    return { session: await answer.json(), next: /=([^;]*)/.exec(cookies[0] ?? "")?.[1] ?? "" };
  };
  const rotated = await seen(`${newer}, ${older}`);
  expect(rotated.session).toMatchObject({ userId });
  expect(await decode({ token: rotated.next, secret: newer })).toMatchObject({ sub: userId });
  expect((await seen(newer)).session).toEqual({});
});
