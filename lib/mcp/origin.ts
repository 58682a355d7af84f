import { RefusedCall } from "@/lib/api-keys/refusals";
import { publicUrl } from "@/lib/env";

/**
 * Refuses what a page of another website sends: one whose name was made to point at this server (DNS
 * rebinding) could else use chatflows that only its reader's network reaches. What is no browser sends no
 * Origin. Model Context Protocol, Transports, "Security Warning".
 *
 * @throws RefusedCall `foreign_origin`
 */
export function refuseForeignOrigin(headers: Headers): void {
  const origin = headers.get("origin");
  const own = publicUrl();
  // Not by the Host header, which says after a rebinding what the Origin says.
  if (origin === null || (own !== undefined && origin === new URL(own).origin)) return;
  throw new RefusedCall("foreign_origin");
}
