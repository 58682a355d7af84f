import ipaddr from "ipaddr.js";
import { z } from "zod";

/** Safe in the browser. Networks a key may list. */
export const allowedAddressesMax = 100;
/** Longer than any network in CIDR notation, so that a message quotes at most this much of what was given. */
const quotedMax = 60;

/**
 * A network as Postgres and people read it: host bits zeroed, a single address as /32 or /128, IPv4
 * within IPv6 as IPv4 (callers' addresses are told the same way, see lib/http/client-address.ts).
 * Shorthand such as "10.1" or "0x7f.1" is nobody's intention in a list that lets callers in.
 * @returns null for what is no address and no network
 */
export function normalNetwork(given: string): string | null {
  const isIPv4 = ipaddr.IPv4.isValidFourPartDecimal(given) || ipaddr.IPv4.isValidCIDRFourPartDecimal(given);
  const isIPv6 = !given.includes("%") && (ipaddr.IPv6.isValid(given) || ipaddr.IPv6.isValidCIDR(given));
  if (!isIPv4 && !isIPv6) return null;
  const hasPrefix = given.includes("/");
  if (isIPv4) {
    const prefix = hasPrefix ? ipaddr.IPv4.parseCIDR(given)[1] : 32;
    return `${ipaddr.IPv4.networkAddressFromCIDR(`${given.split("/")[0]}/${prefix}`)}/${prefix}`;
  }
  const [address, prefix] = hasPrefix ? ipaddr.IPv6.parseCIDR(given) : [ipaddr.IPv6.parse(given), 128];
  if (address.isIPv4MappedAddress() && prefix >= 96) return normalNetwork(`${address.toIPv4Address()}/${prefix - 96}`);
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`;
}

const network = z
  .string("An address is text, such as 203.0.113.7 or 2001:db8::/32.")
  .trim()
  .transform((given, ctx) => {
    const found = normalNetwork(given);
    if (found !== null) return found;
    const quoted = given.length > quotedMax ? `${given.slice(0, quotedMax)}…` : given;
    ctx.addIssue({
      code: "custom",
      message: `“${quoted}” is not an IP address or network. Write it like 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.`,
    });
    return z.NEVER;
  });

/** A key's list of addresses: each network once, in the order given. */
export const allowedAddressesSchema = z
  .array(network, "Give a list of addresses.")
  .max(allowedAddressesMax, `A key can list at most ${allowedAddressesMax} addresses or networks.`)
  .transform((networks) => [...new Set(networks)]);
