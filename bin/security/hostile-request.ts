import fc from "fast-check";
import { generateToken } from "@/lib/api-keys/token";
import { actionInput, hostileBody } from "./hostile-body.ts";
import { nasty } from "./nasty.ts";

/** What a hostile request may make use of. */
export interface Known {
  /** Paths of the build, parameters in brackets: "/api/v1/prediction/[chatflowId]". */
  routes: string[];
  pages: string[];
  /** Ids of rows that are there. */
  ids: string[];
  /** The build's server actions, each with a page that has it. */
  actions: { id: string; address: string }[];
  /** Header lines of a caller who may: none for a stranger. */
  credentials: string[];
}

/** The bytes of a request, which need not be one. */
export interface HostileRequest {
  bytes: Buffer;
  /** Whether it promises more than it sends. */
  isCut: boolean;
}

const methods = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("GET", "POST") },
  { weight: 2, arbitrary: fc.constantFrom("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD") },
  { weight: 1, arbitrary: fc.constantFrom("TRACE", "PROPFIND", "get", "FOO", "CONNECT", "QUERY") },
);

const headerNames = fc.constantFrom(
  ...["authorization", "cookie", "content-type", "accept", "origin", "host", "user-agent", "referer", "range"],
  ...["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-request-id", "traceparent", "forwarded"],
  ...["next-action", "rsc", "next-router-state-tree", "next-router-prefetch", "next-url", "x-nonce"],
  ...["x-middleware-subrequest", "x-invoke-path", "x-matched-path", "x-now-route-matches", "x-nextjs-data"],
  ...["content-encoding", "transfer-encoding", "content-length", "expect", "upgrade", "te", "if-none-match"],
  ...["mcp-session-id", "mcp-protocol-version", "last-event-id", "accept-language", "sec-fetch-site"],
  ...["x-http-method-override", "content-disposition", "if-modified-since", "__proto__", "constructor"],
);

const mediaTypes = fc.constantFrom(
  ...["application/json", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "text/plain"],
  ...["multipart/form-data", "application/x-www-form-urlencoded", "text/x-component", "application/xml", "*/*", ""],
);

/** A token that nobody has, of the right shape: unlike a wrong one it is looked up. */
const strangersToken = fc.noBias(fc.constant(null)).map(() => generateToken());

function headerLine({ actions }: Known): fc.Arbitrary<string> {
  // Of a value only what can stand on a line, but for one in forty.
  const value = nasty.chain((text) =>
    fc.integer({ min: 0, max: 39 }).map((dice) => (dice === 0 ? text : text.replace(/[\r\n\0]/g, " ").slice(0, 6_000))),
  );
  return fc.oneof(
    fc.tuple(headerNames, value).map(([name, text]) => `${name}: ${text}`),
    mediaTypes.map((type) => `Content-Type: ${type}`),
    strangersToken.map((token) => `Authorization: Bearer ${token}`),
    fc.constantFrom(...actions.map(({ id }) => id), "0".repeat(42), "__proto__").map((id) => `Next-Action: ${id}`),
    fc.constantFrom("Upgrade: websocket\r\nConnection: Upgrade", "Expect: 100-continue", "Accept: text/event-stream"),
  );
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).slice(0, 9_000);
}

function target({ routes, pages, ids }: Known): fc.Arbitrary<string> {
  const segment = fc.oneof(fc.constantFrom(...ids), nasty.map(escaped), fc.uuid());
  // To draw a page costs many times what it costs to answer a call, and says less of us.
  const path = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...routes) },
    { weight: 1, arbitrary: fc.constantFrom(...pages) },
  );
  const filled = fc
    .tuple(path, fc.array(segment, { minLength: 3, maxLength: 3 }))
    .map(([path, parts]) => path.replace(/\[+[^/]+\]+/g, () => parts.pop() ?? ""));
  const suffix = fc.oneof(
    { weight: 5, arbitrary: fc.constant("") },
    fc.constantFrom("/", "//", "/..", ";a=b", "?", "?_rsc=1", "#", "/%2e%2e/", "%00", "?token=&token=", "/x/y/z"),
    fc.tuple(nasty, nasty).map(([name, value]) => `?${escaped(name)}=${escaped(value)}`),
    strangersToken.map((token) => `?${token}=${token}`),
  );
  const wild = fc.oneof(
    fc.constantFrom("*", "//", "http://[::1", "/_next/image?url=http://169.254.169.254&w=64&q=75"),
    nasty.map((text) => `/${text.replace(/[\r\n ]/g, "")}`),
  );
  return fc.oneof(
    { weight: 20, arbitrary: fc.tuple(filled, suffix).map(([path, end]) => path + end) },
    { weight: 1, arbitrary: wild },
  );
}

/** Requests to every path there is, most of them well enough formed to get beyond the parser, and calls of every action. */
export function hostileRequest(known: Known): fc.Arbitrary<HostileRequest> {
  return fc.oneof({ weight: 8, arbitrary: anyRequest(known) }, { weight: 1, arbitrary: actionCall(known) });
}

const linesOf = (address: string) => ["Host: 127.0.0.1", "Connection: close", `X-Forwarded-For: ${address}`];

/** Right in everything but what the action is given: it is the use case behind it that has to refuse. */
function actionCall({ actions, ids, credentials }: Known): fc.Arbitrary<HostileRequest> {
  return fc.tuple(fc.constantFrom(...actions), actionInput(ids), fc.ipV4()).map(([{ id, address }, input, caller]) => {
    const body = Buffer.from(input.toWellFormed());
    const call = ["Content-Type: text/plain;charset=UTF-8", `Next-Action: ${id}`, `Content-Length: ${body.length}`];
    const head = [`POST ${address} HTTP/1.1`, ...linesOf(caller), ...credentials, ...call].join("\r\n");
    return { bytes: Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]), isCut: false };
  });
}

function anyRequest(known: Known): fc.Arbitrary<HostileRequest> {
  return fc
    .tuple(methods, target(known), fc.array(headerLine(known), { maxLength: 5 }), hostileBody, fc.ipV4())
    .map(([method, path, lines, body, address]) => {
      const typed = lines.some((line) => /^content-type:/i.test(line)) ? [] : [`Content-Type: ${body.type}`];
      const hasBody = method !== "GET" && method !== "HEAD";
      const framing = hasBody ? [...typed, ...body.framing] : [];
      const head = [`${method} ${path} HTTP/1.1`, ...linesOf(address), ...known.credentials, ...lines, ...framing].join(
        "\r\n",
      );
      const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), hasBody ? body.bytes : Buffer.alloc(0)]);
      const promises = lines.some((line) => /^(content-length|transfer-encoding|expect):/i.test(line));
      return { bytes, isCut: promises || (hasBody && body.isCut) };
    });
}
