import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as mcp from "@/app/api/mcp/[chatflowId]/route";
import * as unknownUrl from "@/app/api/openai/v1/[...path]/route";
import * as chatCompletions from "@/app/api/openai/v1/chat/completions/route";
import * as model from "@/app/api/openai/v1/models/[chatflowId]/route";
import * as models from "@/app/api/openai/v1/models/route";
import * as responses from "@/app/api/openai/v1/responses/route";
import * as streaming from "@/app/api/v1/chatflows-streaming/[chatflowId]/route";
import * as abort from "@/app/api/v1/chatmessage/abort/[chatflowId]/[chatId]/route";
import * as feedback from "@/app/api/v1/feedback/[id]/route";
import * as leads from "@/app/api/v1/leads/route";
import * as ping from "@/app/api/v1/ping/route";
import * as prediction from "@/app/api/v1/prediction/[chatflowId]/route";
import * as chatbotConfig from "@/app/api/v1/public-chatbotConfig/[chatflowId]/route";
import * as revoke from "@/app/api/v1/tokens/revoke/route";

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
type RouteModule = Record<string, unknown>;

const routes: [RegExp, RouteModule][] = [
  [/^\/api\/v1\/prediction\/(?<chatflowId>[^/?]+)/, prediction],
  [/^\/api\/v1\/chatflows-streaming\/(?<chatflowId>[^/?]+)/, streaming],
  [/^\/api\/v1\/public-chatbotConfig\/(?<chatflowId>[^/?]+)/, chatbotConfig],
  [/^\/api\/v1\/feedback\/(?<id>[^/?]+)/, feedback],
  [/^\/api\/v1\/leads\/?/, leads],
  [/^\/api\/v1\/chatmessage\/abort\/(?<chatflowId>[^/?]+)\/(?<chatId>[^/?]+)/, abort],
  [/^\/api\/v1\/ping/, ping],
  [/^\/api\/v1\/tokens\/revoke/, revoke],
  [/^\/api\/mcp\/(?<chatflowId>[^/?]+)/, mcp],
  [/^\/api\/openai\/v1\/chat\/completions/, chatCompletions],
  [/^\/api\/openai\/v1\/responses/, responses],
  [/^\/api\/openai\/v1\/models\/(?<chatflowId>[^/?]+)/, model],
  [/^\/api\/openai\/v1\/models/, models],
  [/^\/api\/openai\/v1\//, unknownUrl],
];

/** The request as Next hands it to a route: Node's header rules, a body that streams, a signal for hanging up. */
function toRequest(incoming: IncomingMessage, response: ServerResponse): Request {
  const hungUp = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) hungUp.abort();
  });
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  const init: RequestInit & { duplex: "half" } = {
    method: incoming.method ?? "GET",
    headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]),
    body: hasBody ? (Readable.toWeb(incoming) as ReadableStream) : null,
    signal: hungUp.signal,
    duplex: "half",
  };
  return new Request(`http://${incoming.headers.host ?? "localhost"}${incoming.url}`, init);
}

async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [pattern, module] of routes) {
    const match = pattern.exec(incoming.url ?? "");
    if (!match) continue;
    const handler = module[incoming.method ?? "GET"] as Handler;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    const answer = await handler(toRequest(incoming, response), { params: Promise.resolve(params) });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (!answer.body) return void response.end();
    return await pipeline(Readable.fromWeb(answer.body as import("node:stream/web").ReadableStream), response);
  }
  response.writeHead(404).end();
}

interface RouteServer {
  url: string;
  /** Breaks every connection off, whatever is under way on it. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** Serves the API's own route handlers on a free loopback port, for tests that need a socket and not all of Next. */
export async function serveRoutes(port = 0): Promise<RouteServer> {
  const server = createServer((incoming, response) => {
    // A pipe that breaks is a client that hung up: what the routes make of it is what the tests look at.
    handle(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dropConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
