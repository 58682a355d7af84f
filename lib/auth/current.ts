import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { z } from "zod";
import { noteSeen } from "@/lib/auth/last-seen";
import { authOptions } from "@/lib/auth/options";
import type { Actor, Context } from "@/lib/context";
import { type Database, database } from "@/lib/db/client";
import { callerAddress } from "@/lib/http/client-address";
import { requestIdOf } from "@/lib/http/request-id";

export type Operator = Extract<Actor, { kind: "operator" }>;

const sessionSchema = z.object({ userId: z.guid(), sessionEpoch: z.number().int() });

/**
 * The operator a session stands for, as the database has it now: a removed operator, a changed role
 * or "sign out everywhere" counts at once.
 */
export async function operatorOfSession(db: Database, session: unknown): Promise<Operator | null> {
  const { success, data } = sessionSchema.safeParse(session);
  if (!success) return null;
  const membership = await db.prisma.membership.findFirst({
    where: { userId: data.userId, user: { sessionEpoch: data.sessionEpoch } },
    select: { workspaceId: true, role: true, user: { select: { name: true } } },
    orderBy: { createdAt: "asc" },
  });
  if (!membership) return null;
  const { workspaceId, role, user } = membership;
  return { kind: "operator", workspaceId, userId: data.userId, name: user.name, role };
}

/** The signed-in operator of this request, or null. Looked up once a request. */
export const currentOperator = cache(async (): Promise<Operator | null> => {
  const operator = await operatorOfSession(database(), await getServerSession(authOptions()));
  if (operator) noteSeen(operator);
  return operator;
});

/** What pages hand to use cases. Sends a visitor without a session to the sign-in page. */
export async function pageContext(): Promise<Context & { actor: Operator }> {
  const actor = await currentOperator();
  if (!actor) redirect("/login");
  const given = await headers();
  return { db: database(), actor, now: new Date(), requestId: requestIdOf(given), address: callerAddress(given) };
}
