import { newId } from "@/lib/ids";

/** A proxy's request id if it is plain, else a new one: it goes into logs and answers. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && /^[\w.-]{8,128}$/.test(given) ? given : newId();
}
