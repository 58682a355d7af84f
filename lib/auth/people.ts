import "server-only";
import { authorize, type Role } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";

/** Somebody of the workspace, as it is locked. */
export interface Member {
  userId: string;
  role: Role;
  user: { name: string; email: string; sessionEpoch: number };
}

/** Who belongs to the workspace, for as long as the transaction lasts. */
export interface People {
  members: Member[];
  /** What the actor is by now; the command line may do what an owner may. */
  actorRole: Role;
}

/**
 * Locks who belongs to the workspace, so that of two changes at once the second sees what the first has done,
 * to whoever makes it as well.
 * @throws AppError `unauthenticated` or `forbidden` when the actor may not change it any more
 */
export async function lockPeople(tx: Transaction, { actor }: Context): Promise<People> {
  await tx.$queryRaw`SELECT FROM workspace WHERE id = ${actor.workspaceId}::uuid FOR NO KEY UPDATE`;
  const members = await tx.membership.findMany({
    where: { workspaceId: actor.workspaceId },
    select: { userId: true, role: true, user: { select: { name: true, email: true, sessionEpoch: true } } },
  });
  if (actor.kind !== "operator") return { members, actorRole: "owner" };
  const own = members.find(({ userId }) => userId === actor.userId);
  if (!own) throw new AppError("unauthenticated", "You were removed from this workspace; nothing was changed.");
  authorize({ ...actor, role: own.role }, "members:write");
  return { members, actorRole: own.role };
}

/**
 * Owners are changed by owners alone: else an administrator could become one, or sign in as one.
 * @param roles what somebody is, and is to become
 * @throws AppError `forbidden`
 */
export function assertMayChange({ actorRole }: People, ...roles: Role[]): void {
  if (actorRole === "owner" || !roles.includes("owner")) return;
  throw new AppError("forbidden", "Only an owner may add, change or remove an owner.");
}

/**
 * Somebody of the workspace whom the actor may change.
 * @throws AppError `not_found` or `forbidden`
 */
export function memberToChange(people: People, id: string): Member {
  const member = people.members.find(({ userId }) => userId === id);
  if (!member) throw new AppError("not_found", "There is no operator with this id.");
  assertMayChange(people, member.role);
  return member;
}

/** @throws AppError `conflict` for oneself: what one click would take, only somebody else could give back */
export function assertSomebodyElse({ userId }: Member, { actor }: Context): void {
  if (actor.kind !== "operator" || actor.userId !== userId) return;
  throw new AppError("conflict", "You cannot change your own role or remove yourself. Ask another owner or admin.");
}

/** @throws AppError `conflict` when nobody would own the workspace without this one as an owner */
export function assertOwnerRemains({ members }: People, { userId }: Member): void {
  if (members.some((other) => other.role === "owner" && other.userId !== userId)) return;
  throw new AppError("conflict", "This is the only owner. Make somebody else an owner first.");
}
