import { env } from "@/lib/env";

/** Set by our own server from the socket (bin/serve.ts), which removes what a client sends under this name. */
export const peerAddressHeader = "x-flowlatch-peer";

/**
 * The caller's address. `X-Forwarded-For` is believed only for as many hops as
 * FLOWLATCH_TRUSTED_PROXIES says, counted from the right: what stands left of them is the caller's
 * own claim. "unknown" when neither the socket nor a trusted proxy tells.
 */
export function clientAddress(headers: Headers): string {
  const peer = headers.get(peerAddressHeader);
  const trusted = env().FLOWLATCH_TRUSTED_PROXIES;
  if (trusted === 0) return peer ?? "unknown";
  const forwarded = (headers.get("x-forwarded-for") ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  return forwarded.at(-trusted) ?? forwarded[0] ?? peer ?? "unknown";
}
