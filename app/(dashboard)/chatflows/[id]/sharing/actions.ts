"use server";

import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import { deleteLead } from "@/lib/leads/received";
import type { deleteLeadSchema } from "@/lib/leads/received-schema";
import type { setSharingSchema } from "@/lib/sharing/schema";
import { setSharing } from "@/lib/sharing/service";

/** Saves how a chatflow is shared, unless somebody else did meanwhile. */
export const setSharingAction = operatorAction(
  async (ctx, input: z.input<typeof setSharingSchema>) => await setSharing(ctx, input),
);

/** Deletes who a visitor said they are. */
export const deleteLeadAction = operatorAction(
  async (ctx, input: z.input<typeof deleteLeadSchema>) => await deleteLead(ctx, input),
);
