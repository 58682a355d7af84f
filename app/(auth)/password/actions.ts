"use server";

import type { z } from "zod";
import { answerAction } from "@/lib/auth/action";
import { setPassword } from "@/lib/auth/manage-users";
import type { setPasswordSchema } from "@/lib/auth/schema";
import { database } from "@/lib/db/client";

/** Chooses an operator's password. The link's code is its authorization. */
export async function setPasswordAction(input: z.input<typeof setPasswordSchema>) {
  return await answerAction(async (origin) => {
    const { email } = await setPassword({ db: database(), now: new Date(), ...origin }, input);
    return { email };
  });
}
