import type { IncomingMessage, ServerResponse } from "node:http";
import { v7 } from "uuid";
import { problemParts } from "../lib/http/problem-parts.ts";

/** The API's paths, also in the absolute form that proxies are sent (RFC 9112 §3.2.2). */
const apiPath = /^(?:https?:\/\/[^/]*)?\/+api(?:\/|$)/i;

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Answers 400 where the path's percent-escapes are no UTF-8 (RFC 3986 §2.1), which Next answers with
 * a bare 500: as problem+json under /api, else in plain text.
 * @returns whether it has answered
 */
export function refuseUndecodablePath(request: IncomingMessage, response: ServerResponse): boolean {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  if (isDecodable(path)) return false;
  const message = "The address has a “%” that begins no valid escape. Write a literal “%” as %25.";
  // As next.config.js has it for all that Next answers.
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (apiPath.test(path)) {
    const problem = { code: "invalid_request", status: 400, message } as const;
    const { headers, body } = problemParts(problem, v7(), request.headers.accept ?? "");
    response.writeHead(400, headers).end(body);
  } else {
    response.writeHead(400, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" });
    response.end(`${message}\n`);
  }
  return true;
}
