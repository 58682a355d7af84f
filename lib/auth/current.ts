import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { z } from "zod";
import { endSession } from "@/lib/auth/ended-sessions";
import { noteSeen } from "@/lib/auth/last-seen";
import { authOptions } from "@/lib/auth/options";
import type { Actor, Context } from "@/lib/context";
import { type Database, database } from "@/lib/db/client";
import { callerAddress } from "@/lib/http/client-address";
import { requestIdOf } from "@/lib/http/request-id";

export type Operator = Extract<Actor, { kind: "operator" }>;

const sessionSchema = z.object({
  userId: z.guid(),
  sessionEpoch: z.number().int(),
  sessionId: z.guid().optional(),
});

/**
 * The operator a session stands for, as the database has it now: a removed operator, a changed role,
 * "sign out" or "sign out everywhere" counts at once.
 */
export async function operatorOfSession(db: Database, session: unknown): Promise<Operator | null> {
  const { success, data } = sessionSchema.safeParse(session);
  if (!success) return null;
  const { userId, sessionEpoch, sessionId = null } = data;
  const [found] = await db.prisma.$queryRaw<Pick<Operator, "workspaceId" | "role" | "name">[]>`
    SELECT m.workspace_id AS "workspaceId", m.role::text AS role, u.name
    FROM membership m JOIN "user" u ON u.id = m.user_id
    WHERE m.user_id = ${userId}::uuid AND u.session_epoch = ${sessionEpoch}
      AND NOT EXISTS (SELECT FROM ended_session e WHERE e.id = ${sessionId}::uuid)
    ORDER BY m.created_at LIMIT 1`;
  return found ? { kind: "operator", userId, ...found } : null;
}

/** Ends the session of this request, with all copies of its cookie. Without one there is nothing to do. */
export async function endCurrentSession(): Promise<void> {
  const { data } = sessionSchema.safeParse(await getServerSession(authOptions()));
  if (data?.sessionId) await endSession(database(), data.sessionId, new Date());
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
