import { type NextRequest, NextResponse } from "next/server";
import { isHttps } from "@/lib/auth/options";
import { isProduction } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { assertActionRequest } from "@/lib/http/action-request";
import { contentSecurityPolicy, nonceHeader } from "@/lib/http/content-security-policy";
import { problemParts } from "@/lib/http/problem-parts";
import { requestIdOf } from "@/lib/http/request-id";

/**
 * Pages: the API answers without it, and files need no policy. Where there is no file either, Next has a page to say
 * so, which it lets be posted to like any other.
 */
export const config = {
  matcher: [
    "/((?!api/|embed/|_next/static|favicon.ico|icon.svg).*)",
    { source: "/((?!api/).*)", has: [{ type: "header", key: "content-type" }] },
    { source: "/((?!api/).*)", has: [{ type: "header", key: "next-action" }] },
  ],
};

/** What is said of a POST that Next could not read; null where it can. */
async function refusalOf(request: NextRequest): Promise<NextResponse | null> {
  try {
    await assertActionRequest(request);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { headers, body } = problemParts(error, requestIdOf(request.headers), "");
    return new NextResponse(body, { status: error.status, headers });
  }
}

/**
 * Gives each page its headers, and refuses what is no call of a page's action. Who may see and do what is decided by
 * the pages and actions themselves.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const refusal = request.method === "POST" ? await refusalOf(request) : null;
  if (refusal) return refusal;
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, request.nextUrl.pathname, !isProduction);
  const headers = new Headers(request.headers);
  headers.set(nonceHeader, nonce);
  // Next reads the nonce for its own scripts from here.
  headers.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("Referrer-Policy", "same-origin");
  if (request.nextUrl.pathname.startsWith("/share/")) {
    // A link that shows a token once: no index, no cache and no other site learns of it.
    response.headers.set("Referrer-Policy", "no-referrer");
    response.headers.set("X-Robots-Tag", "noindex, nofollow, noarchive");
    response.headers.set("Cache-Control", "no-store");
  }
  response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()");
  if (isHttps()) response.headers.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
  return response;
}
