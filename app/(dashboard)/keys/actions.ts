"use server";

import { revalidatePath } from "next/cache";
import type { z } from "zod";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import type {
  createApiKeySchema,
  deleteApiKeySchema,
  regenerateApiKeySchema,
  renameApiKeySchema,
} from "@/lib/api-keys/schema";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import { operatorAction } from "@/lib/auth/action";

/** Makes a key. The answer is the one place its token ever appears in. */
export const createApiKeyAction = operatorAction(async (ctx, input: z.input<typeof createApiKeySchema>) => {
  const { id, name, token } = await createApiKey(ctx, input);
  revalidatePath("/keys");
  return { id, name, token };
});

export const renameApiKeyAction = operatorAction(async (ctx, input: z.input<typeof renameApiKeySchema>) => {
  const { id, name } = await renameApiKey(ctx, input);
  revalidatePath("/keys");
  return { id, name };
});

/** Gives a key a new token, which only this answer holds. */
export const regenerateApiKeyAction = operatorAction(async (ctx, input: z.input<typeof regenerateApiKeySchema>) => {
  const { id, name, token, oldTokenStops } = await regenerateApiKey(ctx, input);
  revalidatePath("/keys");
  return { id, name, token, oldTokenStops };
});

export const deleteApiKeyAction = operatorAction(async (ctx, input: z.input<typeof deleteApiKeySchema>) => {
  const { id, name, closedChatflows } = await deleteApiKey(ctx, input);
  revalidatePath("/keys");
  return { id, name, closedChatflows: closedChatflows.map((chatflow) => ({ id: chatflow.id, name: chatflow.name })) };
});
