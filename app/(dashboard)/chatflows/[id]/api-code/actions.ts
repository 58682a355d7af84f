"use server";

import { refresh } from "next/cache";
import { createApiKey } from "@/lib/api-keys/service";
import { operatorAction } from "@/lib/auth/action";
import { setChatflowAccess } from "@/lib/chatflows/access";
import type { AccessInput } from "@/lib/chatflows/schema";

/** Decides who may call a chatflow. The page is read anew even after a refusal: it shows what is true now. */
export const setChatflowAccessAction = operatorAction(async (ctx, input: { id: string; access: AccessInput }) => {
  refresh();
  const { access } = await setChatflowAccess(ctx, input);
  return { access };
});

/** Makes a key and assigns it to the chatflow. Its token is in this answer and in no other. */
export const createChatflowKeyAction = operatorAction(async (ctx, input: { name: string; chatflowId: string }) => {
  refresh();
  const { id, name, token } = await createApiKey(ctx, { name: input.name, chatflowId: input.chatflowId });
  return { id, name, token };
});
