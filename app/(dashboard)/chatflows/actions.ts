"use server";

import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import { deleteChatflow } from "@/lib/chatflows/delete";
import { removeDocument } from "@/lib/chatflows/documents";
import type { removeDocumentSchema } from "@/lib/chatflows/documents-schema";
import type { createChatflowSchema, deleteChatflowSchema, updateChatflowSchema } from "@/lib/chatflows/schema";
import { createChatflow, updateChatflow } from "@/lib/chatflows/service";

/** Makes a closed chatflow. */
export const createChatflowAction = operatorAction(
  async (ctx, input: z.input<typeof createChatflowSchema>) => await createChatflow(ctx, input),
);

/** Saves name and engine settings, unless somebody else did meanwhile. */
export const updateChatflowAction = operatorAction(
  async (ctx, input: z.input<typeof updateChatflowSchema>) => await updateChatflow(ctx, input),
);

/** Deletes a chatflow whose name was typed again. */
export const deleteChatflowAction = operatorAction(
  async (ctx, input: z.input<typeof deleteChatflowSchema>) => await deleteChatflow(ctx, input),
);

/** Removes a document. */
export const removeDocumentAction = operatorAction(
  async (ctx, input: z.input<typeof removeDocumentSchema>) => await removeDocument(ctx, input),
);
