import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The credential that the server takes. */
export const modelListApiKey = "sk-test-0123456789abcdefghijkl";

const models = ["small-2", "large-10", "large-9"];

/** What a model list is asked with, in each protocol. */
const keyHeaders: Record<string, string> = {
  "/openai/v1/models": "authorization",
  "/anthropic/v1/models": "x-api-key",
  "/google/v1beta/models": "x-goog-api-key",
};

function listFor(path: string): unknown {
  if (path.startsWith("/google")) {
    const generates = { supportedGenerationMethods: ["generateContent", "countTokens"] };
    const embeds = { name: "models/embedding-1", supportedGenerationMethods: ["embedContent"] };
    return { models: [...models.map((name) => ({ name: `models/${name}`, ...generates })), embeds] };
  }
  return { object: "list", has_more: false, data: models.map((id) => ({ id, type: "model", object: "model" })) };
}

function send(response: ServerResponse, status: number, body: unknown, type = "application/json"): void {
  response.writeHead(status, { "Content-Type": type });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers as servers do that something is wrong with, each at a path of its own. */
const failures: Record<string, Handler> = {
  "/redirect": (_, response) => void response.writeHead(302, { Location: "/openai/v1" }).end(),
  "/silent": () => {},
  "/hang-up": (request) => void request.socket.destroy(),
  "/half": (_, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "100" });
    response.write('{"data":[', () => response.destroy());
  },
  "/page": (_, response) => send(response, 200, "<!doctype html><h1>Welcome</h1>", "text/html; charset=utf-8"),
  "/missing-page": (_, response) => send(response, 404, "<h1>Not found</h1>", "text/html"),
  "/not-json": (_, response) => send(response, 200, "ok", "text/plain"),
  "/other-json": (_, response) => send(response, 200, { status: "ok" }),
  "/no-list": (_, response) => send(response, 404, { detail: "Not Found" }),
  "/no-models": (_, response) => send(response, 200, { object: "list", data: null }),
  "/google-bad-key": (_, response) =>
    send(response, 400, { error: { code: 400, details: [{ reason: "API_KEY_INVALID" }] } }),
  "/endless": (_, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    const push = () => {
      while (!response.destroyed && response.write("[".repeat(65_536)));
    };
    response.on("drain", push);
    push();
  },
};

function answerToKey(request: IncomingMessage, response: ServerResponse, path: string, header: string): void {
  const given = request.headers[header];
  const isKnown = given === modelListApiKey || given === `Bearer ${modelListApiKey}`;
  if (isKnown) send(response, 200, listFor(path));
  // Some repeat the key in their error, as OpenAI does: none of it may be passed on.
  else send(response, 401, { error: { message: `Incorrect API key provided: ${given}` } });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const header = keyHeaders[pathname];
  const status = /^\/status\/(\d+)\//.exec(pathname)?.[1];
  const failure = failures[pathname.replace(/\/models$/, "")];
  if (header) answerToKey(request, response, pathname, header);
  else if (pathname === "/local/v1/models") send(response, 200, listFor(pathname));
  else if (status) send(response, Number(status), { error: { message: `key ${request.headers.authorization}` } });
  else if (failure) failure(request, response);
  else send(response, 404, { error: { message: "no such path" } });
}

export interface ModelListServer {
  url: string;
  /** Every request so far, oldest first: its path and the credential it came with. */
  requests: { path: string; key: string | undefined }[];
  close(): Promise<void>;
}

/**
 * A server on a free loopback port that lists models as OpenAI (`/openai/v1`), Anthropic
 * (`/anthropic/v1`), Google (`/google/v1beta`) and a keyless local server (`/local/v1`) do, and fails
 * in every way at other paths: `/status/<code>`, and those of `failures`.
 */
export async function startModelListServer(): Promise<ModelListServer> {
  const requests: ModelListServer["requests"] = [];
  const server = createServer((request, response) => {
    const { authorization, "x-api-key": anthropic, "x-goog-api-key": google } = request.headers;
    requests.push({ path: request.url ?? "", key: String(authorization ?? anthropic ?? google ?? "") || undefined });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
