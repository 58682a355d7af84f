import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { assertHardToGuess, hashPassword } from "@/lib/auth/password";
import { holderOf, isPasswordCode, newPasswordCode } from "@/lib/auth/password-code";
import { assertMayChange, assertOwnerRemains, assertSomebodyElse, lockPeople, memberToChange } from "@/lib/auth/people";
import { authorize } from "@/lib/auth/roles";
import {
  changeUserRoleSchema,
  type PasswordLink,
  setPasswordSchema,
  type UserSummary,
  userSchema,
} from "@/lib/auth/schema";
import type { SetupContext } from "@/lib/auth/users";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";

/** The workspace's operators, by name. */
export async function listUsers(ctx: Context): Promise<UserSummary[]> {
  authorize(ctx.actor, "members:read");
  return await ctx.db.prisma.$queryRaw<UserSummary[]>`
    SELECT u.id, u.name, u.email, m.role::text AS role, u.password_hash = '' AS "isInvited", m.last_seen_at AS "lastSeenAt"
    FROM membership m JOIN "user" u ON u.id = m.user_id
    WHERE m.workspace_id = ${ctx.actor.workspaceId}::uuid
    ORDER BY lower(u.name), u.id`;
}

/**
 * Gives an operator another role, which counts from their next click on.
 * @throws AppError `invalid_input`, `not_found`, `forbidden`, or `conflict` for oneself and the last owner
 */
export async function changeUserRole(ctx: Context, input: z.input<typeof changeUserRoleSchema>) {
  authorize(ctx.actor, "members:write");
  const { id, role } = parseInput(changeUserRoleSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const people = await lockPeople(tx, ctx);
    const member = memberToChange(people, id);
    assertSomebodyElse(member, ctx);
    const { name } = member.user;
    assertMayChange(people, role);
    if (member.role === role) return { id, name, role };
    if (role !== "owner") assertOwnerRemains(people, member);
    const { workspaceId } = ctx.actor;
    await tx.membership.updateMany({ where: { workspaceId, userId: id }, data: { role } });
    const detail = { before: { role: member.role }, after: { role } };
    await recordAudit(tx, ctx, { action: "user.role_changed", target: { kind: "user", id, name }, detail });
    return { id, name, role };
  });
}

/**
 * Removes an operator from the workspace. Their sessions end at once, on every instance. What they have made
 * stays, and so does their name beside it; email and password do not, unless they belong to another workspace.
 * @throws AppError `invalid_input`, `not_found`, `forbidden`, or `conflict` for oneself and the last owner
 */
export async function removeUser(ctx: Context, input: z.input<typeof userSchema>) {
  authorize(ctx.actor, "members:write");
  const { id } = parseInput(userSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const people = await lockPeople(tx, ctx);
    const member = memberToChange(people, id);
    assertSomebodyElse(member, ctx);
    assertOwnerRemains(people, member);
    const { name } = member.user;
    await tx.membership.deleteMany({ where: { workspaceId: ctx.actor.workspaceId, userId: id } });
    await tx.user.updateMany({
      where: { id, memberships: { none: {} } },
      // A top-level domain that nobody can have (RFC 2606), so that the address can be invited anew.
      data: { email: `${id}@removed.invalid`, passwordHash: "", sessionEpoch: { increment: 1 } },
    });
    const detail = { before: { role: member.role } };
    await recordAudit(tx, ctx, { action: "user.removed", target: { kind: "user", id, name }, detail });
    return { id, name };
  });
}

/**
 * Makes a link with which an operator chooses a new password: one who forgot theirs, or lost an invitation.
 * Their password and sessions stay as they are until the link is used. It ends when they get another role.
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function makePasswordLink(ctx: Context, input: z.input<typeof userSchema>): Promise<PasswordLink> {
  authorize(ctx.actor, "members:write");
  const { id } = parseInput(userSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const people = await lockPeople(tx, ctx);
    const { role, user } = memberToChange(people, id);
    const { name, sessionEpoch } = user;
    await recordAudit(tx, ctx, { action: "user.password_link_made", target: { kind: "user", id, name } });
    return { id, name, ...newPasswordCode({ id, sessionEpoch, role }, ctx.now) };
  });
}

/**
 * Chooses a password, for whoever holds a link's code. The code is used up, and sessions of before end.
 * @returns what to sign in with
 * @throws AppError `invalid_input`, or `not_found` when the code does not work (any more)
 */
export async function setPassword(ctx: SetupContext, input: z.input<typeof setPasswordSchema>) {
  const { code, password } = parseInput(setPasswordSchema, input);
  const user = await findHolder(ctx, code);
  assertHardToGuess(password, [user.name, user.email]);
  const passwordHash = await hashPassword(password);
  const { id, name, email, sessionEpoch, memberships } = user;
  await ctx.db.prisma.$transaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      // Of two who use it at once, one does; and the link may have been for what they are no more.
      where: { id, sessionEpoch, AND: memberships.map((membership) => ({ memberships: { some: membership } })) },
      data: { passwordHash, sessionEpoch: { increment: 1 } },
    });
    if (count === 0) throw usedUp();
    for (const { workspaceId, role } of memberships) {
      const actor = { kind: "operator", workspaceId, userId: id, name, role } as const;
      await recordAudit(tx, { ...ctx, actor }, { action: "user.password_set", target: { kind: "user", id, name } });
    }
  });
  return { email };
}

async function findHolder(ctx: SetupContext, code: string) {
  const id = holderOf(code);
  const user = isUuid(id)
    ? await ctx.db.prisma.user.findFirst({
        where: { id, memberships: { some: {} } },
        select: {
          ...{ id: true, name: true, email: true, sessionEpoch: true },
          memberships: { select: { workspaceId: true, role: true } },
        },
      })
    : null;
  const isTrue = user?.memberships.some(({ role }) => isPasswordCode(code, { ...user, role }, ctx.now));
  if (!user || !isTrue) throw usedUp();
  return user;
}

function usedUp() {
  return new AppError("not_found", "This link does not work any more. Ask for a new one.");
}
