"use server";

import { revalidatePath } from "next/cache";
import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import { changeUserRole, makePasswordLink, removeUser } from "@/lib/auth/manage-users";
import type { changeUserRoleSchema, inviteUserSchema, userSchema } from "@/lib/auth/schema";
import { inviteUser } from "@/lib/auth/users";

/** Adds an operator. The code, which is in no later answer, becomes a link in the browser. */
export const inviteUserAction = operatorAction(async (ctx, input: z.input<typeof inviteUserSchema>) => {
  const { name, code, expiresAt } = await inviteUser(ctx, input);
  revalidatePath("/settings/people");
  return { name, code, expiresAt };
});

export const makePasswordLinkAction = operatorAction(async (ctx, input: z.input<typeof userSchema>) => {
  const { name, code, expiresAt } = await makePasswordLink(ctx, input);
  return { name, code, expiresAt };
});

export const changeUserRoleAction = operatorAction(async (ctx, input: z.input<typeof changeUserRoleSchema>) => {
  const { name, role } = await changeUserRole(ctx, input);
  revalidatePath("/settings/people");
  return { name, role };
});

export const removeUserAction = operatorAction(async (ctx, input: z.input<typeof userSchema>) => {
  const { name } = await removeUser(ctx, input);
  revalidatePath("/settings/people");
  return { name };
});
