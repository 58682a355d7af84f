import ipaddr from "ipaddr.js";
import { env } from "@/lib/env";

/** Set by our own server from the socket (bin/serve.ts), whatever a client sends under this name. */
export const peerAddressHeader = "x-flowlatch-peer";

/**
 * The socket's other end, or null. Without our own server in front (on Vercel, under plain `next
 * start`) nobody replaces the header, so there it is a client's claim and counts for nothing.
 */
function peerAddress(headers: Headers): string | null {
  const { flowlatchTellsPeers } = globalThis as { flowlatchTellsPeers?: true };
  return flowlatchTellsPeers ? headers.get(peerAddressHeader) : null;
}

/** Some proxies write a port too, as in "203.0.113.7:41822" and "[2001:db8::1]:41822". */
function withoutPort(address: string): string {
  const [, ipv4, ipv6] = /^(?:(\d+(?:\.\d+){3}):\d+|\[([^\]]+)\](?::\d+)?)$/.exec(address) ?? [];
  return ipv4 ?? ipv6 ?? address;
}

/**
 * The caller's address. `X-Forwarded-For` is believed only for as many hops as
 * FLOWLATCH_TRUSTED_PROXIES says, counted from the right: what stands left of them is the caller's
 * own claim. Vercel is one such hop by itself: it overwrites the header ("Request headers" in its
 * documentation). "unknown" when neither the socket nor a trusted proxy tells.
 */
export function clientAddress(headers: Headers): string {
  const peer = peerAddress(headers);
  const { FLOWLATCH_TRUSTED_PROXIES, VERCEL } = env();
  const trusted = FLOWLATCH_TRUSTED_PROXIES || (VERCEL && peer === null ? 1 : 0);
  if (trusted === 0) return peer ?? "unknown";
  const forwarded = (headers.get("x-forwarded-for") ?? "")
    .split(",")
    .map((part) => withoutPort(part.trim()))
    .filter(Boolean);
  return forwarded.at(-trusted) ?? forwarded[0] ?? peer ?? "unknown";
}

/** The caller's address as Postgres's `inet` reads it, or null when it is not known or is none. IPv4 within IPv6 counts as IPv4. */
export function callerAddress(headers: Headers): string | null {
  const address = clientAddress(headers);
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : null;
}
