"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { answerAction, operatorAction } from "@/lib/auth/action";
import { endCurrentSession } from "@/lib/auth/current";
import { sessionCookieName } from "@/lib/auth/options";
import { signOutEverywhere } from "@/lib/auth/users";

/** Ends this browser's session, on every instance. */
export async function signOutAction() {
  const result = await answerAction(endCurrentSession);
  if (!result.ok) return result;
  await emptyCookie();
  redirect("/login");
}

const endAllSessions = operatorAction(async (ctx, _: undefined) => await signOutEverywhere(ctx));

/** Ends every session of the operator, on every device. */
export async function signOutEverywhereAction() {
  const result = await endAllSessions(undefined);
  // Where this session has ended already, by another tab's hand, there is nothing to tell.
  if (!result.ok && result.error.code !== "unauthenticated") return result;
  await emptyCookie();
  redirect("/login");
}

async function emptyCookie(): Promise<void> {
  const name = sessionCookieName();
  (await cookies()).set({ name, value: "", maxAge: 0, path: "/", secure: name.startsWith("__Host-"), httpOnly: true });
}
