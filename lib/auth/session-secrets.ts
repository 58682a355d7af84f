import "server-only";
import { decode, encode, type JWT, type JWTDecodeParams, type JWTEncodeParams } from "next-auth/jwt";
import { env } from "@/lib/env";

/** A session lasts this long, in seconds. */
export const sessionMaxAge = 7 * 24 * 60 * 60;

/** What sessions are sealed with from now on. */
export function newestSessionSecret(): string {
  return env().FLOWLATCH_SESSION_SECRET[0] as string;
}

/**
 * Seals a session. One that is sealed anew ends when it would have, so that there is a time at which no copy of it is
 * good any longer: until then it is remembered that somebody signed out of it.
 */
export async function encodeSession(params: JWTEncodeParams): Promise<string> {
  const expires = params.token?.exp;
  const maxAge = typeof expires === "number" ? expires - Math.floor(Date.now() / 1000) : params.maxAge;
  return await encode({ ...params, ...(maxAge !== undefined && { maxAge }) });
}

/** Opens a session that was sealed with any of the secrets, so that a new one signs nobody out. Null if with none. */
export async function decodeSession(sealed: JWTDecodeParams): Promise<JWT | null> {
  for (const secret of env().FLOWLATCH_SESSION_SECRET) {
    const session = await decode({ ...sealed, secret }).catch(() => null);
    if (session) return session;
  }
  return null;
}
