import { isIP } from "node:net";
import type { Env } from "@/lib/env";
import type { Settings } from "../deployment.ts";
import { about, type Finding } from "./finding.ts";

const address = about("public address");
const proxies = about("trusted proxies");

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Whether the public address is one that people and programs can safely use. */
export function examineAddress(given: string, { FLOWLATCH_PUBLIC_URL, FLOWLATCH_HOST }: Settings): Finding {
  const { protocol, hostname, pathname } = new URL(given);
  if (pathname !== "/") {
    return address.failure(
      `${given} has a path.`,
      "Flowlatch answers at the root of a host: give it one of its own, and FLOWLATCH_PUBLIC_URL without a path.",
    );
  }
  if (protocol === "https:") return address.ok(`${given}: cookies are sent over https alone, and samples name it.`);
  if (!isLoopback(hostname)) {
    return address.warning(
      `${given}: passwords and tokens cross the network readable to all.`,
      "Put a proxy that speaks https in front, and its address into FLOWLATCH_PUBLIC_URL.",
    );
  }
  if (FLOWLATCH_PUBLIC_URL === undefined && !isLoopback(FLOWLATCH_HOST)) {
    return address.warning(
      `${given}, although other machines can reach this one: samples name an address that works only here.`,
      "Set FLOWLATCH_PUBLIC_URL to the address that people use.",
    );
  }
  return address.ok(`${given}: for this machine alone.`);
}

/** Whether what counts as a caller's address is the caller's. */
export function examineProxies(given: string, settings: Settings, env: Env): Finding {
  const { FLOWLATCH_TRUSTED_PROXIES: trusted, VERCEL } = env;
  if (VERCEL !== undefined && trusted === 0) return proxies.ok("Vercel’s own, which says who calls.");
  const isBehindProxy = given.startsWith("https:");
  if (trusted === 0 && isBehindProxy) {
    return proxies.warning(
      "None is trusted, although https must come from a proxy: every caller has the proxy’s address, so keys limited to networks refuse all, and one caller’s bad tokens slow down everybody.",
      "Set FLOWLATCH_TRUSTED_PROXIES to the number of proxies in front, usually 1.",
    );
  }
  if (trusted > 0 && !isBehindProxy && settings.FLOWLATCH_PUBLIC_URL === undefined) {
    return proxies.warning(
      `${trusted} trusted, but nothing says that there is a proxy: without one, callers choose their address themselves.`,
      "Set FLOWLATCH_TRUSTED_PROXIES to 0, or FLOWLATCH_PUBLIC_URL to the proxy’s address.",
    );
  }
  if (trusted === 0) return proxies.ok("None: a caller’s address is the other end of the connection.");
  return proxies.ok(`${trusted}: nobody may reach port ${settings.PORT} past ${trusted === 1 ? "it" : "them"}.`);
}
