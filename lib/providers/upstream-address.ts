import ipaddr from "ipaddr.js";

/**
 * - "public": anywhere on the Internet;
 * - "private": this machine and its own networks, which a deployment may allow;
 * - "refused": what no model is ever served from, and what cloud machines keep their credentials behind.
 */
export type AddressClass = "public" | "private" | "refused";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Instance metadata that lies in ranges which are otherwise public or private. */
const metadataRanges: Range[] = [
  // Alibaba Cloud, inside the shared address space
  "100.100.100.200/32",
  // Azure's WireServer, a public address
  "168.63.129.16/32",
  // Amazon EC2 and EKS
  "fd00:ec2::/32",
  // Google Cloud
  "fd20:ce::/32",
].map((range) => ipaddr.parseCIDR(range));

const globalUnicast = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];
const privateRanges = new Set(["loopback", "private", "uniqueLocal", "carrierGradeNat"]);

/** Names that stand for instance metadata, told before they are resolved. */
const metadataNames = /^(metadata|instance-data|metadata\.goog|(.+\.)?metadata\.google\.internal)\.?$/i;

/** The IPv4 address that an IPv6 one stands for: mapped (RFC 4291) or translated (RFC 6052). */
function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const range = address.range();
  if (range === "ipv4Mapped") return address.toIPv4Address();
  const [first, second, third] = address.parts;
  // The well-known prefix alone: that of RFC 8215 is for local use and leads anywhere.
  if (first !== 0x64 || second !== 0xff9b || third !== 0 || range !== "rfc6052") return null;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}

/** What kind of place an IP address is. What cannot be read as one is refused. */
export function classifyAddress(text: string): AddressClass {
  if (!ipaddr.isValid(text)) return "refused";
  const parsed = ipaddr.parse(text);
  const address = parsed instanceof ipaddr.IPv6 ? (embeddedIPv4(parsed) ?? parsed) : parsed;
  if (metadataRanges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))) {
    return "refused";
  }
  const range = address.range();
  if (privateRanges.has(range)) return "private";
  if (range !== "unicast") return "refused";
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast) ? "public" : "refused";
}

/** A URL's host as an IP address, or null when it is a name. */
export function literalAddressOf(hostname: string): string | null {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return ipaddr.isValid(bare) ? bare : null;
}

/**
 * Why a host may not be called, as far as it can be told without resolving it; null when it may.
 * @param hostname as `URL` has it: names in lower case, IPv4 in dotted decimals, IPv6 in brackets
 */
export function refusalOfHost(hostname: string, allowPrivate: boolean): string | null {
  if (metadataNames.test(hostname)) return refusedSentence(hostname);
  const address = literalAddressOf(hostname);
  return address === null ? null : refusalOfAddress(address, hostname, allowPrivate);
}

/** Why an address that a host stands for may not be called; null when it may. */
export function refusalOfAddress(address: string, hostname: string, allowPrivate: boolean): string | null {
  const kind = classifyAddress(address);
  if (kind === "refused") return refusedSentence(hostname);
  if (kind === "public" || allowPrivate) return null;
  return `${hostname} is in a private network, which this deployment does not allow providers in. FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS=true allows it.`;
}

function refusedSentence(hostname: string): string {
  return `${hostname} stands for a link-local, metadata or reserved address. Providers are never called there.`;
}
