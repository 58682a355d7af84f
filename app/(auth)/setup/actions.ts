"use server";

import type { z } from "zod";
import { answerAction } from "@/lib/auth/action";
import type { setUpSchema } from "@/lib/auth/schema";
import { setUp } from "@/lib/auth/users";
import { database } from "@/lib/db/client";

/** Creates the deployment's owner. The setup code is its authorization. */
export async function setUpAction(input: z.input<typeof setUpSchema>) {
  return await answerAction(async (origin) => {
    const { email } = await setUp({ db: database(), now: new Date(), ...origin }, input);
    return { email };
  });
}
