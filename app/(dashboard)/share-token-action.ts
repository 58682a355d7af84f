"use server";

import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import type { shareTokenSchema } from "@/lib/shares/schema";
import { shareToken } from "@/lib/shares/service";

/** Keeps an encrypted token for whoever opens its link. */
export const shareTokenAction = operatorAction(async (ctx, input: z.input<typeof shareTokenSchema>) => {
  const { expiresAt } = await shareToken(ctx, input);
  return { expiresAt };
});
