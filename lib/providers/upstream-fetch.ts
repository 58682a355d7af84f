import "server-only";
import dns, { type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { Agent, buildConnector, fetch as undiciFetch } from "undici";
import { allowPrivateUpstreams } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { refusalOfAddress, refusalOfHost } from "@/lib/providers/upstream-address";

const connectTimeoutMs = 10_000;

interface UpstreamPolicy {
  /** Asked with each connection, so that configuration is read on first use. */
  allowPrivate: () => boolean;
  /** The system's resolver, unless a test has its own. */
  lookup?: typeof dns.lookup;
}

/** An upstream that is somewhere else than its address says. */
export class UpstreamRedirect extends AppError {
  constructor(host: string, status: number) {
    super(
      "upstream_failed",
      `${host} answers with a redirect (${status}), which is not followed. Use the address it leads to.`,
      { field: "baseUrl" },
    );
  }
}

function refused(sentence: string): AppError {
  return new AppError("upstream_failed", sentence, { field: "baseUrl" });
}

/**
 * A resolver that hands on only addresses that may be called. The connection is made to what was
 * checked, not to a second answer of the same name server: rebinding finds nothing in between.
 */
function guardedLookup({ allowPrivate, lookup = dns.lookup }: UpstreamPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "");
      const addresses = found as unknown as LookupAddress[];
      const refusals = addresses.map(({ address }) => refusalOfAddress(address, hostname, allowPrivate()));
      const allowed = addresses.filter((_, index) => refusals[index] === null);
      const [first] = allowed;
      if (!first) return callback(refused(refusals[0] ?? `${hostname} has no address.`), "");
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** Connections to upstreams, kept open between calls. */
function upstreamAgent(policy: UpstreamPolicy): Agent {
  const connect = buildConnector({ lookup: guardedLookup(policy), timeout: connectTimeoutMs });
  return new Agent({
    connect: (options, callback) => {
      // An address in the URL itself is never looked up.
      const refusal = refusalOfHost(options.hostname, policy.allowPrivate());
      if (refusal) callback(refused(refusal), null);
      else connect(options, callback);
    },
  });
}

/** The AppError that a connection was refused with: fetch wraps it in a TypeError of its own. */
function refusalIn(error: unknown): AppError | null {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof AppError ? cause : null;
}

/** A `fetch` for addresses that operators typed in. See `upstreamFetch`. */
export function createUpstreamFetch(policy: UpstreamPolicy): typeof fetch {
  const dispatcher = upstreamAgent(policy);
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    if (input instanceof Request) throw new TypeError("upstreamFetch takes an address and options, not a Request.");
    const url = new URL(input);
    if (url.protocol !== "http:" && url.protocol !== "https:")
      throw refused("A provider’s address begins with http:// or https://.");
    if (url.username || url.password) throw refused("A provider’s address holds no user name or password.");
    const given = init as NonNullable<Parameters<typeof undiciFetch>[1]>;
    const response = await undiciFetch(url, { ...given, redirect: "manual", dispatcher }).catch((error: unknown) => {
      throw refusalIn(error) ?? error;
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new UpstreamRedirect(url.host, response.status);
    }
    return response as unknown as Response;
  };
}

/**
 * `fetch` for model providers. Refuses addresses that are not theirs to be at (checked as they are
 * connected to), follows no redirect, and keeps connections open. Not the global `fetch`: Next
 * patches that one, and it resolves names unseen.
 * @throws AppError `upstream_failed` for what is refused; what `fetch` throws otherwise
 */
export const upstreamFetch: typeof fetch = createUpstreamFetch({ allowPrivate: allowPrivateUpstreams });
