import "server-only";
import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { decodeSession, newestSessionSecret } from "@/lib/auth/session-secrets";
import { checkSignIn } from "@/lib/auth/sign-in";
import { database } from "@/lib/db/client";
import { publicUrl } from "@/lib/env";
import { toAppError } from "@/lib/errors";
import { callerAddress } from "@/lib/http/client-address";

/** A session lasts this long without use, in seconds. */
const sessionMaxAge = 7 * 24 * 60 * 60;

/** On https the `__Host-` prefix keeps the cookie to this host, this path and secure connections. */
export function sessionCookieName(): string {
  return isHttps() ? "__Host-flowlatch.session" : "flowlatch.session";
}

export function isHttps(): boolean {
  return publicUrl()?.startsWith("https://") ?? false;
}

/** next-auth's configuration; a function, because a build has no secrets to read. */
export function authOptions(): NextAuthOptions {
  return {
    secret: newestSessionSecret(),
    jwt: { decode: decodeSession },
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
          const address = callerAddress(new Headers(request.headers as Record<string, string>));
          try {
            return await checkSignIn({ db: database(), now: new Date(), address }, credentials);
          } catch (error) {
            // next-auth hands on an error's message; the sentence is all that leaves the server.
            throw new Error(toAppError(error).message);
          }
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (!user) return token;
        return { sub: user.id, sessionEpoch: (user as { sessionEpoch?: number }).sessionEpoch };
      },
      session({ token, session }) {
        return { expires: session.expires, userId: token.sub, sessionEpoch: token.sessionEpoch } as typeof session;
      },
    },
    logger: { error() {}, warn() {}, debug() {} },
  };
}
