"use server";

import { revalidatePath } from "next/cache";
import type { z } from "zod";
import { operatorAction } from "@/lib/auth/action";
import type { planImportSchema, runImportSchema } from "@/lib/import/schema";
import { planImport, runImport } from "@/lib/import/service";

/** Says what an import would do. Tokens go in from a file, and none comes out of these actions. */
export const planImportAction = operatorAction(async (ctx, input: z.input<typeof planImportSchema>) => {
  return await planImport(ctx, input);
});

/** Imports, all of it or nothing. */
export const runImportAction = operatorAction(async (ctx, input: z.input<typeof runImportSchema>) => {
  const report = await runImport(ctx, input);
  for (const path of ["/keys", "/chatflows", "/settings/providers"]) revalidatePath(path);
  return report;
});
