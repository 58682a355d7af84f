import { pastedToken } from "@/lib/api-keys/pasted-token";
import { newId } from "@/lib/ids";

/** A proxy's request id if it is plain and no token, else a new one: it goes into logs, traces and answers. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && /^[\w.-]{8,128}$/.test(given) && !pastedToken(given) ? given : newId();
}
