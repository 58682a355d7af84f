import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { bearerCredentials } from "@/lib/http/bearer";
import { log } from "@/lib/log";
import { isSameSecret } from "@/lib/same-secret";

/**
 * Lets in nobody but who has CRON_SECRET, which Vercel sends with its cron jobs ("Managing Cron Jobs" in
 * its documentation). Without that variable there is nobody to let in, and the log says so.
 * @throws AppError `not_found` while it is not set, `unauthenticated` for a call without it or with another
 */
export function requireCronSecret(headers: Headers): void {
  const { CRON_SECRET } = env();
  if (CRON_SECRET === undefined) {
    log().warn("a cron job was refused: set CRON_SECRET to let it in");
    throw new AppError("not_found", "There is nothing at this address.");
  }
  if (!isSameSecret(bearerCredentials(headers) ?? "", CRON_SECRET)) {
    throw new AppError("unauthenticated", "This address is for the deployment’s own cron job.");
  }
}
