import type { IncomingMessage, ServerResponse } from "node:http";
import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state.js";

/** What a request can be made of (RFC 9110 §9.3, RFC 5789), but for those that `fetch` forbids: Next fails at them. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A path, or the absolute form that proxies are sent (RFC 9112 §3.2). */
function isReadable(target: string): boolean {
  return target.startsWith("/") || (/^https?:\/\/[^/]/i.test(target) && URL.canParse(target));
}

/** Next's own page for when all else fails: it says 500 to whoever asks for it. */
const failurePage = /^\/+_global-error(?:[/?#]|$)/;

/** Whether Next's router can read what a page says of itself: by its own reader, which is what fails at it later. */
function hasReadableState({ headers }: IncomingMessage): boolean {
  try {
    parseAndValidateFlightRouterState(headers["next-router-state-tree"]);
    return true;
  } catch {
    return false;
  }
}

/** Why a request cannot be answered, with its status; null where it can. */
function refusalOf(request: IncomingMessage): [number, string] | null {
  const { method = "", url = "" } = request;
  if (!methods.has(method)) return [405, `The method ${method} is not answered here.`];
  if (!isReadable(url)) return [400, "The address is no path."];
  if (failurePage.test(url)) return [404, "There is nothing here."];
  if (!hasReadableState(request)) return [400, "The header Next-Router-State-Tree cannot be read."];
  return null;
}

/**
 * Refuses what Next would answer with a bare 500: methods that `fetch` forbids (TRACE), `*` for an address, the page
 * that it keeps for failures, a page's state that its router cannot read.
 * @returns whether it has answered
 */
export function refuseUnanswerable(request: IncomingMessage, response: ServerResponse): boolean {
  const refusal = refusalOf(request);
  if (!refusal) return false;
  const [status, sentence] = refusal;
  if (status === 405) response.setHeader("Allow", [...methods].join(", "));
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" });
  response.end(`${sentence}\n`);
  return true;
}
