"use server";

import { revalidatePath } from "next/cache";
import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import type { setMaxKeyLifetimeSchema } from "@/lib/workspaces/schema";
import { setMaxKeyLifetime } from "@/lib/workspaces/service";

export const setMaxKeyLifetimeAction = operatorAction(async (ctx, input: z.input<typeof setMaxKeyLifetimeSchema>) => {
  const { days } = await setMaxKeyLifetime(ctx, input);
  revalidatePath("/settings/workspace");
  return { days };
});
