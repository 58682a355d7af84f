import "server-only";
import { decode, type JWT, type JWTDecodeParams } from "next-auth/jwt";
import { env } from "@/lib/env";

/** What sessions are sealed with from now on. */
export function newestSessionSecret(): string {
  return env().FLOWLATCH_SESSION_SECRET[0] as string;
}

/** Opens a session that was sealed with any of the secrets, so that a new one signs nobody out. Null if with none. */
export async function decodeSession(sealed: JWTDecodeParams): Promise<JWT | null> {
  for (const secret of env().FLOWLATCH_SESSION_SECRET) {
    const session = await decode({ ...sealed, secret }).catch(() => null);
    if (session) return session;
  }
  return null;
}
