import "server-only";
import { randomUUID } from "node:crypto";
import type { NextAuthOptions } from "next-auth";
import type { JWT } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { endSession } from "@/lib/auth/ended-sessions";
import { decodeSession, encodeSession, newestSessionSecret, sessionMaxAge } from "@/lib/auth/session-secrets";
import { checkSignIn } from "@/lib/auth/sign-in";
import { database } from "@/lib/db/client";
import { publicUrl } from "@/lib/env";
import { callerAddress } from "@/lib/http/client-address";
import { failureOf } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";

/** On https the `__Host-` prefix keeps the cookie to this host, this path and secure connections. */
export function sessionCookieName(): string {
  return isHttps() ? "__Host-flowlatch.session" : "flowlatch.session";
}

export function isHttps(): boolean {
  return publicUrl()?.startsWith("https://") ?? false;
}

/** What a session is ended by. One of before there were ids has the number that next-auth gave to its first cookie. */
function sessionIdOf({ sessionId, jti }: JWT): string | undefined {
  return (sessionId ?? jti) as string | undefined;
}

/** next-auth's configuration; a function, because a build has no secrets to read. */
export function authOptions(): NextAuthOptions {
  return {
    secret: newestSessionSecret(),
    jwt: { encode: encodeSession, decode: decodeSession },
    // The credentials provider cannot keep sessions in the database; the epoch makes them revocable.
    session: { strategy: "jwt", maxAge: sessionMaxAge },
    useSecureCookies: isHttps(),
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: isHttps() },
      },
    },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      Credentials({
        credentials: { email: {}, password: {} },
        async authorize(credentials, request) {
          const headers = new Headers(request.headers as Record<string, string>);
          try {
            const address = callerAddress(headers);
            return await checkSignIn({ db: database(), now: new Date(), address }, credentials);
          } catch (error) {
            // next-auth hands on an error's message; the sentence is all that leaves the server.
            throw new Error(failureOf(error, requestIdOf(headers)).message);
          }
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (!user) return { ...token, sessionId: sessionIdOf(token) };
        const { sessionEpoch } = user as { sessionEpoch?: number };
        return { sub: user.id, sessionEpoch, sessionId: randomUUID() };
      },
      session({ token, session }) {
        const { sub: userId, sessionEpoch, sessionId } = token;
        return { expires: session.expires, userId, sessionEpoch, sessionId } as typeof session;
      },
    },
    events: {
      // Our pages sign out by an action; this is for whoever uses next-auth's own address.
      async signOut({ token }) {
        const sessionId = token && sessionIdOf(token);
        if (sessionId) await endSession(database(), sessionId, new Date());
      },
    },
    logger: { error() {}, warn() {}, debug() {} },
  };
}
