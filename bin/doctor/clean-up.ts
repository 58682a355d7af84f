import type { Env } from "@/lib/env";
import { about, type Finding } from "./finding.ts";

const { ok, failure } = about("clean-up");

/** Whether something deletes what is no longer kept. */
export function examineCleanUp({ VERCEL, CRON_SECRET }: Pick<Env, "VERCEL" | "CRON_SECRET">): Finding {
  if (VERCEL === undefined) return ok("A running server does it once an hour.");
  if (CRON_SECRET !== undefined) return ok("A cron job does it once a day.");
  return failure(
    "Functions do not clean up by themselves, and the cron job that calls them is refused.",
    "Set CRON_SECRET in the project’s environment variables and deploy again.",
  );
}
