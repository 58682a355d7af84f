import { encode } from "next-auth/jwt";
import { sessionCookieName } from "@/lib/auth/options";
import { newestSessionSecret } from "@/lib/auth/session-secrets";
import type { Context } from "@/lib/context";

/** What the browser of a signed-in operator sends: `name=value`. */
export async function sessionCookieOf({ actor, db }: Context): Promise<string> {
  if (actor.kind !== "operator") throw new Error("Only operators sign in.");
  const where = { id: actor.userId };
  const { sessionEpoch } = await db.prisma.user.findUniqueOrThrow({ where, select: { sessionEpoch: true } });
  const token = { sub: actor.userId, sessionEpoch };
  return `${sessionCookieName()}=${await encode({ token, secret: newestSessionSecret() })}`;
}
