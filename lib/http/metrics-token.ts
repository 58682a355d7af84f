import { env, isServerless } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { bearerCredentials } from "@/lib/http/bearer";
import { isSameSecret } from "@/lib/same-secret";

/**
 * Lets in nobody but who has FLOWLATCH_METRICS_TOKEN: a Prometheus server. Functions have no metrics: one
 * counts what it answered itself, and forgets it.
 * @throws AppError `not_found` where there are none, `unauthenticated` for a call without it or with another
 */
export function requireMetricsToken(headers: Headers): void {
  const { FLOWLATCH_METRICS_TOKEN: token } = env();
  if (token === undefined || isServerless()) throw new AppError("not_found", "There are no metrics here.");
  if (isSameSecret(bearerCredentials(headers) ?? "", token)) return;
  throw new AppError("unauthenticated", "Send the value of FLOWLATCH_METRICS_TOKEN as Authorization: Bearer <value>.");
}
