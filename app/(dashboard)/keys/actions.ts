"use server";

import { revalidatePath } from "next/cache";
import type { z } from "zod";
import { deleteApiKeys } from "@/lib/api-keys/bulk";
import { getApiKey } from "@/lib/api-keys/detail";
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
import type { Operator } from "@/lib/auth/current";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";

/** A change to keys. The list and each key's page are read anew even after a refusal: they show what is true now. */
function keysAction<Input, Data>(work: (ctx: Context & { actor: Operator }, input: Input) => Promise<Data>) {
  return operatorAction<Input, Data>(async (ctx, input) => {
    revalidatePath("/keys", "layout");
    return await work(ctx, input);
  });
}

/** Makes a key. The answer is the one place its token ever appears in. */
export const createApiKeyAction = keysAction(async (ctx, input: z.input<typeof createApiKeySchema>) => {
  const { id, name, token } = await createApiKey(ctx, input);
  return { id, name, token };
});

export const renameApiKeyAction = keysAction(async (ctx, input: z.input<typeof renameApiKeySchema>) => {
  const { id, name } = await renameApiKey(ctx, input);
  return { id, name };
});

/** Gives a key a new token, which only this answer holds. Where somebody else was first it answers with the key as it is now. */
export const regenerateApiKeyAction = keysAction(async (ctx, input: z.input<typeof regenerateApiKeySchema>) => {
  try {
    const { id, name, token, oldTokenStops } = await regenerateApiKey(ctx, input);
    return { id, name, token, oldTokenStops };
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return { now: await getApiKey(ctx, input.id) };
    throw error;
  }
});

export const stopOldTokenAction = keysAction(async (ctx, input: z.input<typeof apiKeyIdSchema>) => {
  const { stopped } = await stopOldToken(ctx, input);
  return { stopped };
});

export const setApiKeyExpiryAction = keysAction(async (ctx, input: z.input<typeof setExpirySchema>) => {
  const { expiresAt } = await setApiKeyExpiry(ctx, input);
  return { expiresAt };
});

export const setApiKeyLimitsAction = keysAction(async (ctx, input: z.input<typeof setLimitsSchema>) => {
  const { limits } = await setApiKeyLimits(ctx, input);
  return { limits };
});

export const setAllowedAddressesAction = keysAction(async (ctx, input: z.input<typeof setAllowedAddressesSchema>) => {
  const { allowedAddresses } = await setAllowedAddresses(ctx, input);
  return { allowedAddresses };
});

export const disableApiKeysAction = keysAction(async (ctx, input: z.input<typeof apiKeyIdsSchema>) => {
  const { keys } = await disableApiKeys(ctx, input);
  return { names: keys.map(({ name }) => name) };
});

export const enableApiKeysAction = keysAction(async (ctx, input: z.input<typeof apiKeyIdsSchema>) => {
  const { keys } = await enableApiKeys(ctx, input);
  return { names: keys.map(({ name }) => name) };
});

export const deleteApiKeyAction = keysAction(async (ctx, input: z.input<typeof deleteApiKeySchema>) => {
  const { id, name, closedChatflows } = await deleteApiKey(ctx, input);
  return { id, name, closedChatflows: closedChatflows.map((chatflow) => ({ id: chatflow.id, name: chatflow.name })) };
});

export const deleteApiKeysAction = keysAction(async (ctx, input: z.input<typeof deleteApiKeysSchema>) => {
  const { keys, closedChatflows } = await deleteApiKeys(ctx, input);
  return { count: keys.length, closedCount: closedChatflows.length };
});
