import "server-only";
import dns, { type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { Agent, buildConnector, type Dispatcher, fetch as undiciFetch, request as undiciRequest } from "undici";
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

/** What an upstream is called with: `fetch`, or undici's own request, which reads an answer without web streams. */
interface Upstream {
  fetch: typeof fetch;
  request(address: string, options: UpstreamRequest): Promise<Dispatcher.ResponseData>;
}

type UpstreamRequest = Pick<Dispatcher.RequestOptions, "method" | "body" | "signal"> & {
  headers: Record<string, string>;
};

/** Calls to addresses that operators typed in. See `upstreamFetch` and `upstreamRequest`. */
export function createUpstream(policy: UpstreamPolicy): Upstream {
  const dispatcher = upstreamAgent(policy);
  return {
    async fetch(input, init = {}) {
      if (input instanceof Request) throw new TypeError("upstreamFetch takes an address and options, not a Request.");
      const url = addressOf(input);
      const given = init as NonNullable<Parameters<typeof undiciFetch>[1]>;
      const response = await undiciFetch(url, { ...given, redirect: "manual", dispatcher }).catch((error: unknown) => {
        throw refusalIn(error) ?? error;
      });
      if (isRedirect(response.status)) {
        await response.body?.cancel();
        throw new UpstreamRedirect(url.host, response.status);
      }
      return response as unknown as Response;
    },
    async request(address, options) {
      const url = addressOf(address);
      const response = await undiciRequest(url, { ...options, dispatcher });
      if (isRedirect(response.statusCode)) {
        await response.body.dump();
        throw new UpstreamRedirect(url.host, response.statusCode);
      }
      return response;
    },
  };
}

/** @throws AppError `upstream_failed` for what no provider's address can be */
function addressOf(address: string | URL): URL {
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw refused("A provider’s address begins with http:// or https://.");
  if (url.username || url.password) throw refused("A provider’s address holds no user name or password.");
  return url;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

const upstream = createUpstream({ allowPrivate: allowPrivateUpstreams });

/**
 * `fetch` for model providers. Refuses addresses that are not theirs to be at (checked as they are
 * connected to), follows no redirect, and keeps connections open. Not the global `fetch`: Next
 * patches that one, and it resolves names unseen.
 * @throws AppError `upstream_failed` for what is refused; what `fetch` throws otherwise
 */
export const upstreamFetch = upstream.fetch;

/**
 * The same as undici's `request`: for what is called with each prediction (docs/decisions/0029).
 * @throws AppError `upstream_failed` for what is refused; what undici throws otherwise
 */
export const upstreamRequest = upstream.request;
