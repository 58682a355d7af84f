import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { assertHardToGuess, hashPassword } from "@/lib/auth/password";
import { newPasswordCode } from "@/lib/auth/password-code";
import { assertMayChange, lockPeople } from "@/lib/auth/people";
import { authorize } from "@/lib/auth/roles";
import { createUserSchema, inviteUserSchema, type PasswordLink, setUpSchema } from "@/lib/auth/schema";
import { isSetupCode } from "@/lib/auth/setup-code";
import { seedGuideChatflow } from "@/lib/chatflows/seed";
import type { Context } from "@/lib/context";
import type { Database } from "@/lib/db/client";
import { isUniqueViolation } from "@/lib/db/errors";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";

/** The first workspace of a deployment. Its slug is unique, so of two setups at once one wins. */
export const defaultWorkspaceSlug = "default";

/** A use case before there is a workspace to act in. */
export type SetupContext = Pick<Context, "now" | "requestId" | "address"> & { db: Database };

/** Whether the deployment still has no account and can be claimed with the setup code. */
export async function needsSetup(db: Database): Promise<boolean> {
  return (await db.prisma.user.findFirst({ select: { id: true } })) === null;
}

/**
 * Creates the deployment's first account, the owner of its first workspace, and a chatflow over the
 * guide in it. Whoever calls this has
 * proved to be the deployer: by the setup code (`setUp`) or by a shell on the machine (the command line).
 * @throws AppError `invalid_input` or `already_set_up`
 */
export async function createFirstOwner(ctx: SetupContext, input: z.input<typeof createUserSchema>) {
  const { name, email, password } = parseInput(createUserSchema, input);
  assertHardToGuess(password, [name, email]);
  const passwordHash = await hashPassword(password);
  const workspaceId = newId();
  const userId = newId();
  await ctx.db.prisma
    .$transaction(
      async (tx) => {
        await tx.workspace.create({
          data: { id: workspaceId, slug: defaultWorkspaceSlug, name: "Default workspace", createdAt: ctx.now },
        });
        await tx.user.create({
          data: {
            id: userId,
            name,
            email,
            passwordHash,
            createdAt: ctx.now,
            memberships: { create: { workspaceId, role: "owner", createdAt: ctx.now } },
          },
          select: { id: true },
        });
        const actor = { kind: "operator", workspaceId, userId, name, role: "owner" } as const;
        const target = { kind: "user", id: userId, name } as const;
        await recordAudit(
          tx,
          { ...ctx, actor },
          { action: "user.created", target, detail: { after: { role: "owner" } } },
        );
        await seedGuideChatflow({ ...ctx, actor }, tx);
      },
      { timeout: 30_000 },
    )
    .catch((error) => {
      if (isUniqueViolation(error)) throw alreadySetUp();
      throw error;
    });
  return { id: userId, workspaceId, name, email };
}

/**
 * `/setup`: the first account, for whoever holds the setup code that `npm start` printed.
 * @throws AppError `setup_code_invalid`, `invalid_input` or `already_set_up`
 */
export async function setUp(ctx: SetupContext, input: z.input<typeof setUpSchema>) {
  const { code, ...account } = parseInput(setUpSchema, input);
  if (!(await needsSetup(ctx.db))) throw alreadySetUp();
  if (!isSetupCode(code)) {
    throw new AppError(
      "setup_code_invalid",
      "The setup code is not right. Open the address that Flowlatch printed when it started.",
    );
  }
  return await createFirstOwner(ctx, account);
}

/**
 * Adds an operator to the actor's workspace.
 * @throws AppError `invalid_input`, `conflict` or `forbidden`
 */
export async function createUser(ctx: Context, input: z.input<typeof createUserSchema>) {
  authorize(ctx.actor, "members:write");
  const { name, email, password, role = "editor" } = parseInput(createUserSchema, input);
  assertHardToGuess(password, [name, email]);
  const passwordHash = await hashPassword(password);
  const { id } = await insertUser(ctx, { name, email, role, passwordHash });
  return { id, name, email, role };
}

/**
 * Adds an operator who will choose a password of their own, with the link that the returned code is for.
 * @throws AppError `invalid_input`, `conflict` or `forbidden`
 */
export async function inviteUser(ctx: Context, input: z.input<typeof inviteUserSchema>): Promise<PasswordLink> {
  authorize(ctx.actor, "members:write");
  const { name, email, role } = parseInput(inviteUserSchema, input);
  const { id } = await insertUser(ctx, { name, email, role, passwordHash: "" });
  return { id, name, ...newPasswordCode({ id, sessionEpoch: 0, role }, ctx.now) };
}

type NewUser = Pick<z.output<typeof inviteUserSchema>, "name" | "email" | "role"> & { passwordHash: string };

async function insertUser(ctx: Context, { name, email, role, passwordHash }: NewUser): Promise<{ id: string }> {
  const id = newId();
  await ctx.db.prisma
    .$transaction(async (tx) => {
      assertMayChange(await lockPeople(tx, ctx), role);
      const membership = { workspaceId: ctx.actor.workspaceId, role, createdAt: ctx.now };
      await tx.user.create({
        data: { id, name, email, passwordHash, createdAt: ctx.now, memberships: { create: membership } },
        select: { id: true },
      });
      const target = { kind: "user", id, name } as const;
      await recordAudit(tx, ctx, { action: "user.created", target, detail: { after: { role } } });
    })
    .catch((error) => {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError("conflict", `There is already an account for ${email}.`, { field: "email" });
    });
  return { id };
}

/** Ends every session of an operator, this one included, at once and on every instance. */
export async function signOutEverywhere(ctx: Context): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "operator") throw new AppError("forbidden", "Only an operator has sessions to end.");
  await ctx.db.prisma.$transaction(async (tx) => {
    await tx.user.update({
      where: { id: actor.userId },
      data: { sessionEpoch: { increment: 1 } },
      select: { id: true },
    });
    const target = { kind: "user", id: actor.userId, name: actor.name } as const;
    await recordAudit(tx, ctx, { action: "user.signed_out_everywhere", target });
  });
}

function alreadySetUp() {
  return new AppError("already_set_up", "This deployment already has an owner. Sign in instead.");
}
