// The HTTP server: Next's request handler behind our own socket, on plain Node, which strips the types.
// A child of bin/start.ts, or what bin/container.ts becomes.
import { createServer } from "node:http";
import next from "next";
import { answerAhead } from "./ahead.ts";
import { builtConfig } from "./build-app.ts";
import { replacePeerAddress } from "./peer-address.ts";
import { refuseUnanswerable } from "./unanswerable.ts";
import { refuseUndecodablePath } from "./undecodable-path.ts";

/** What the server tells its parent. */
export type ServeReport = { type: "listening" } | { type: "failed"; code: string; message: string };

/** A file of 10 MB over a line that carries 0.5 Mbit a second. */
const requestTimeoutMs = 180_000;
/** Time for what was left for later, once all is answered. */
const lastWorkMs = 2_000;

const [mode, host, portText, drainText] = process.argv.slice(2) as [string, string, string, string];
const port = Number(portText);
/** Time for answers under way, streams above all, once the server was told to stop. */
const drainMs = Number(drainText) * 1_000;
const hasParent = process.connected;

function report(message: ServeReport): void {
  if (process.connected) process.send?.(message);
  if (!hasParent) process.stderr.write(`${sentenceOf(message)}\n`);
}

function sentenceOf(message: ServeReport): string {
  if (message.type === "listening") return `Flowlatch answers on ${host}, port ${port}.`;
  return `The server could not be started on ${host}, port ${port}: ${message.message}.`;
}

const server = createServer({
  headersTimeout: 20_000,
  requestTimeout: requestTimeoutMs,
  keepAliveTimeout: 75_000,
  // Only `next dev` speaks anything else; elsewhere who asks for it is answered as if they had not (RFC 9110 §7.8),
  // where Next would leave the connection open and say nothing.
  shouldUpgradeCallback: () => mode === "dev",
});

server.once("error", (error: NodeJS.ErrnoException) => {
  report({ type: "failed", code: error.code ?? "unknown", message: error.message });
  process.exit(1);
});

let stopping = false;

/** Ends this process, after what the app left for later was done: see lib/later.ts. */
async function exit(): Promise<void> {
  const { flowlatchLater } = globalThis as { flowlatchLater?: { settle(): Promise<void> } };
  const tooLong = new Promise<void>((resolve) => setTimeout(resolve, lastWorkMs));
  await Promise.race([flowlatchLater?.settle(), tooLong]);
  process.exit(0);
}

function stop(): void {
  if (stopping) return;
  stopping = true;
  server.close(() => void exit());
  server.closeIdleConnections();
  setTimeout(() => {
    server.closeAllConnections();
    // One turn for the handlers of what was just cut off to record what they have.
    setTimeout(() => void exit(), 500);
  }, drainMs).unref();
}

process.on("message", stop);
process.on("disconnect", stop);
// A terminal sends these to every process: where there is a parent, that one says when it is time.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, hasParent ? () => {} : stop);

// Taken before the app is loaded, so that a port in use is known at once.
server.listen(port, host);
await new Promise<void>((resolve) => server.once("listening", resolve));

// As Next's own standalone server does it: the configuration of the build, next.config.js having done its work. Read
// anew it would not know the deployment id, and would ask for what only a build needs.
if (mode === "start") process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(builtConfig(process.cwd()));
const app = next({ dev: mode === "dev", dir: process.cwd(), hostname: host, port, httpServer: server });
const prepared = app.prepare();
const handle = app.getRequestHandler();

server.on("request", async (request, response) => {
  replacePeerAddress(request);
  // Nothing is upgraded to (above). Where Next hands an action's call on to itself, this header makes that fail.
  if (mode !== "dev") delete request.headers.upgrade;
  if (stopping) response.setHeader("Connection", "close");
  // What was under way when the server was told to stop promised to keep its connection, which nothing comes on any more.
  response.once("close", () => stopping && setImmediate(() => server.closeIdleConnections()));
  if (refuseUnanswerable(request, response) || refuseUndecodablePath(request, response)) return;
  try {
    await prepared;
    if (mode === "start" && answerAhead(request, response)) return;
    await handle(request, response);
  } catch {
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
});

await prepared;
report({ type: "listening" });
