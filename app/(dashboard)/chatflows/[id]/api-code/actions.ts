"use server";

import { refresh } from "next/cache";
import { createApiKey } from "@/lib/api-keys/service";
import { operatorAction } from "@/lib/auth/action";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { addFurtherKey, removeFurtherKey } from "@/lib/chatflows/further-keys";
import type { AccessInput } from "@/lib/chatflows/schema";

/** Decides who may call a chatflow. The page is read anew even after a refusal: it shows what is true now. */
export const setChatflowAccessAction = operatorAction(async (ctx, input: { id: string; access: AccessInput }) => {
  refresh();
  const { access } = await setChatflowAccess(ctx, input);
  return { access };
});

/** Makes a key for the chatflow, assigned or beside the assigned one. Its token is in this answer and in no other. */
export const createChatflowKeyAction = operatorAction(
  async (ctx, input: { name: string; expiresAt: Date | null; chatflowId: string; isFurtherKey: boolean }) => {
    refresh();
    const { id, name, token } = await createApiKey(ctx, input);
    return { id, name, token };
  },
);

/** Lets one more key call the chatflow. */
export const addFurtherKeyAction = operatorAction(async (ctx, input: { id: string; apiKeyId: string }) => {
  refresh();
  const { apiKey } = await addFurtherKey(ctx, input);
  return { name: apiKey.name };
});

/** Takes a further key away from the chatflow. */
export const removeFurtherKeyAction = operatorAction(async (ctx, input: { id: string; apiKeyId: string }) => {
  refresh();
  const { apiKey, isClosed } = await removeFurtherKey(ctx, input);
  return { name: apiKey.name, isClosed };
});
