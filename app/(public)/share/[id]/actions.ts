"use server";

import type { z } from "zod";
import { answerAction } from "@/lib/auth/action";
import { database } from "@/lib/db/client";
import { AddressBudget } from "@/lib/http/address-budget";
import type { openShareSchema } from "@/lib/shares/schema";
import { openShare } from "@/lib/shares/service";

/** An id has 122 random bits: this is not against guessing it but against load. */
const budget = new AddressBudget({ burst: 20, refillMs: 3_000 });

/** Opens a share, once. Knowing its link is the authorization. */
export async function openShareAction(input: z.input<typeof openShareSchema>) {
  return await answerAction(async (origin) => {
    budget.spend(origin.address);
    const { ciphertext } = await openShare({ db: database(), now: new Date(), ...origin }, input);
    return { ciphertext };
  });
}
