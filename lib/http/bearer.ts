import { pastedToken } from "@/lib/api-keys/pasted-token";
import { nobody, RefusedCall } from "@/lib/api-keys/refusals";
import { lastFourOf, parseToken, type Token } from "@/lib/api-keys/token";

/** RFC 6750 §2.1: `b64token`, one or more spaces after a scheme whose case does not matter. */
const bearer = /^bearer(?: +(.*))?$/i;

/** What stands behind `Bearer` in a request's Authorization header, or null without bearer credentials. */
export function bearerCredentials(headers: Headers): string | null {
  const match = bearer.exec(headers.get("authorization")?.trim() ?? "");
  return match && (match[1]?.trim() ?? "");
}

/**
 * The token of a request's Authorization header, or null without bearer credentials. Costs no SQL.
 * @throws RefusedCall `invalid_token` for a token whose shape or checksum is wrong
 */
export function bearerToken(headers: Headers): Token | null {
  const credentials = bearerCredentials(headers);
  if (credentials === null) return null;
  const token = parseToken(credentials);
  if (!token) throw new RefusedCall("malformed_token");
  return token;
}

/** Names under which tokens are put into addresses, where logs and histories keep them. */
const tokenParameters = ["access_token", "api_key", "api-key", "apikey", "key", "token", "authorization"];

/**
 * RFC 6750 §5.3, RFC 9700 §4.3.2: no token in a query string.
 * @throws RefusedCall `token_in_query`, with the last four characters of a well-formed token
 */
export function refuseTokenInQuery(query: URLSearchParams): void {
  for (const [name, value] of query) {
    const found = pastedToken(`${name} ${value}`);
    if (found === null && !tokenParameters.includes(name.toLowerCase())) continue;
    const token = parseToken(found ?? "");
    throw new RefusedCall("token_in_query", { ...nobody, lastFour: token && lastFourOf(token) });
  }
}
