"use server";

import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import { deleteSession, deleteTurn } from "@/lib/sessions/delete";
import { forgetSessionId } from "@/lib/sessions/forget";
import { setRetention } from "@/lib/sessions/retention";
import type { forgetSchema, retentionSchema, turnSchema } from "@/lib/sessions/schema";

/** Deletes the conversation that a turn belongs to. */
export const deleteSessionAction = operatorAction(
  async (ctx, input: z.input<typeof turnSchema>) => await deleteSession(ctx, input),
);

/** Deletes one turn. */
export const deleteTurnAction = operatorAction(
  async (ctx, input: z.input<typeof turnSchema>) => await deleteTurn(ctx, input),
);

/** Deletes every conversation of a session id. */
export const forgetSessionIdAction = operatorAction(
  async (ctx, input: z.input<typeof forgetSchema>) => await forgetSessionId(ctx, input),
);

/** Sets how long conversations are kept, and deletes what is older. */
export const setRetentionAction = operatorAction(
  async (ctx, input: z.input<typeof retentionSchema>) => await setRetention(ctx, input),
);
