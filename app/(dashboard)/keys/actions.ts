"use server";

import { revalidatePath } from "next/cache";
import type { z } from "zod";
import { deleteApiKeys } from "@/lib/api-keys/bulk";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { setAllowedAddresses, setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { regenerateApiKey, stopOldToken } from "@/lib/api-keys/rotation";
import type {
  apiKeyIdSchema,
  apiKeyIdsSchema,
  createApiKeySchema,
  deleteApiKeySchema,
  deleteApiKeysSchema,
  regenerateApiKeySchema,
  renameApiKeySchema,
  setAllowedAddressesSchema,
  setExpirySchema,
  setLimitsSchema,
} from "@/lib/api-keys/schema";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import { disableApiKeys, enableApiKeys } from "@/lib/api-keys/switching";
import { operatorAction } from "@/lib/auth/action";

/** The list and each key's page. */
function revalidateKeys(): void {
  revalidatePath("/keys", "layout");
}

/** Makes a key. The answer is the one place its token ever appears in. */
export const createApiKeyAction = operatorAction(async (ctx, input: z.input<typeof createApiKeySchema>) => {
  const { id, name, token } = await createApiKey(ctx, input);
  revalidateKeys();
  return { id, name, token };
});

export const renameApiKeyAction = operatorAction(async (ctx, input: z.input<typeof renameApiKeySchema>) => {
  const { id, name } = await renameApiKey(ctx, input);
  revalidateKeys();
  return { id, name };
});

/** Gives a key a new token, which only this answer holds. */
export const regenerateApiKeyAction = operatorAction(async (ctx, input: z.input<typeof regenerateApiKeySchema>) => {
  const { id, name, token, oldTokenStops } = await regenerateApiKey(ctx, input);
  revalidateKeys();
  return { id, name, token, oldTokenStops };
});

export const stopOldTokenAction = operatorAction(async (ctx, input: z.input<typeof apiKeyIdSchema>) => {
  const { stopped } = await stopOldToken(ctx, input);
  revalidateKeys();
  return { stopped };
});

export const setApiKeyExpiryAction = operatorAction(async (ctx, input: z.input<typeof setExpirySchema>) => {
  const { expiresAt } = await setApiKeyExpiry(ctx, input);
  revalidateKeys();
  return { expiresAt };
});

export const setApiKeyLimitsAction = operatorAction(async (ctx, input: z.input<typeof setLimitsSchema>) => {
  const { limits } = await setApiKeyLimits(ctx, input);
  revalidateKeys();
  return { limits };
});

export const setAllowedAddressesAction = operatorAction(
  async (ctx, input: z.input<typeof setAllowedAddressesSchema>) => {
    const { allowedAddresses } = await setAllowedAddresses(ctx, input);
    revalidateKeys();
    return { allowedAddresses };
  },
);

export const disableApiKeysAction = operatorAction(async (ctx, input: z.input<typeof apiKeyIdsSchema>) => {
  const { keys } = await disableApiKeys(ctx, input);
  revalidateKeys();
  return { names: keys.map(({ name }) => name) };
});

export const enableApiKeysAction = operatorAction(async (ctx, input: z.input<typeof apiKeyIdsSchema>) => {
  const { keys } = await enableApiKeys(ctx, input);
  revalidateKeys();
  return { names: keys.map(({ name }) => name) };
});

export const deleteApiKeyAction = operatorAction(async (ctx, input: z.input<typeof deleteApiKeySchema>) => {
  const { id, name, closedChatflows } = await deleteApiKey(ctx, input);
  revalidateKeys();
  return { id, name, closedChatflows: closedChatflows.map((chatflow) => ({ id: chatflow.id, name: chatflow.name })) };
});

export const deleteApiKeysAction = operatorAction(async (ctx, input: z.input<typeof deleteApiKeysSchema>) => {
  const { keys, closedChatflows } = await deleteApiKeys(ctx, input);
  revalidateKeys();
  return { count: keys.length, closedCount: closedChatflows.length };
});
