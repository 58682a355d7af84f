"use server";

import { revalidatePath } from "next/cache";
import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import type {
  createProviderSchema,
  deleteProviderSchema,
  testConnectionSchema,
  updateProviderSchema,
} from "@/lib/providers/schema";
import { createProvider, deleteProvider, updateProvider } from "@/lib/providers/service";
import { testConnection } from "@/lib/providers/test-connection";

/** Calls a provider as it would be saved. Credentials go in, and none comes out of these actions. */
export const testConnectionAction = operatorAction(async (ctx, input: z.input<typeof testConnectionSchema>) => {
  const { message } = await testConnection(ctx, input);
  return { message };
});

/** Saves a new provider, tested unless that is skipped. */
export const createProviderAction = operatorAction(async (ctx, input: z.input<typeof createProviderSchema>) => {
  const { name, report } = await createProvider(ctx, input);
  revalidatePath("/settings/providers");
  return { name, message: report?.message ?? null };
});

/** Saves an edit, unless somebody else did meanwhile. */
export const updateProviderAction = operatorAction(async (ctx, input: z.input<typeof updateProviderSchema>) => {
  const { name, report } = await updateProvider(ctx, input);
  revalidatePath("/settings/providers");
  return { name, message: report?.message ?? null };
});

export const deleteProviderAction = operatorAction(async (ctx, input: z.input<typeof deleteProviderSchema>) => {
  const { name } = await deleteProvider(ctx, input);
  revalidatePath("/settings/providers");
  return { name };
});
