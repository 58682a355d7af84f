import { log } from "@/lib/log";
import { anyOrigin } from "@/lib/sharing/origins";

/**
 * Which websites may read the answers of a path, looked up where nothing else has told: for a browser's
 * question beforehand (preflight), and for calls that were refused before their chatflow was read.
 * @param origin whose page asks
 */
export type WebsitesOf<Params> = (params: Params, origin: string) => Promise<string[]>;

/** What a page may read of an answer besides its body. */
const exposed = "X-Request-Id, Retry-After, RateLimit, RateLimit-Policy";
/** Seconds a browser may rest on what it was told: as long as a website that is taken off the list may go on sending. */
const preflightSeconds = 60;
/** Names of headers as a browser lists them in a preflight. */
const headerNames = /^[\w!#$%&'*+.^`|~, -]{1,1000}$/;

/** Whether a page of this origin is one of those that a chatflow's operator listed. */
export function isAllowedOrigin(origin: string, allowed: string[]): boolean {
  return allowed.includes(anyOrigin) || allowed.includes(origin);
}

/**
 * Headers that let the asking page read an answer, if its website is allowed; and in any case what keeps a
 * cache from giving one website the other's. Without credentials: cookies play no part here.
 */
export function corsHeaders(headers: Headers, allowed: string[]): Record<string, string> {
  const origin = headers.get("origin");
  if (origin === null || !isAllowedOrigin(origin, allowed)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": allowed.includes(anyOrigin) ? anyOrigin : origin,
    "Access-Control-Expose-Headers": exposed,
  };
}

/** What a browser asks before it lets a page send something (Fetch standard, CORS-preflight fetch). */
function preflightHeaders(headers: Headers, methods: string): Record<string, string> {
  const asked = headers.get("access-control-request-headers") ?? "";
  return {
    "Access-Control-Allow-Methods": methods,
    "Access-Control-Max-Age": String(preflightSeconds),
    // A page's own hook may add headers of its own; they give it nothing.
    ...(headerNames.test(asked) && { "Access-Control-Allow-Headers": asked }),
  };
}

/** Adds to an answer what browsers ask for, unless a handler has done it already (see `corsHeaders`). */
export async function addCors<Params>(
  response: Response,
  call: { request: Request; params: Params; allow: string; websitesOf: WebsitesOf<Params> },
): Promise<void> {
  const { request, params, allow, websitesOf } = call;
  const origin = request.headers.get("origin");
  if (!response.headers.has("Vary")) {
    const allowed = origin === null ? [] : await websitesOf(params, origin).catch(unknown);
    for (const [name, value] of Object.entries(corsHeaders(request.headers, allowed)))
      response.headers.set(name, value);
  }
  const isPreflight = request.method === "OPTIONS" && request.headers.has("access-control-request-method");
  if (!isPreflight || !response.headers.has("Access-Control-Allow-Origin")) return;
  for (const [name, value] of Object.entries(preflightHeaders(request.headers, allow))) {
    response.headers.set(name, value);
  }
}

/** While the database is away no website is known; the answer itself says so. */
function unknown(error: unknown): string[] {
  log().warn({ err: error }, "allowed websites could not be looked up");
  return [];
}
