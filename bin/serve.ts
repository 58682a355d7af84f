// A child process that is the HTTP server: Next's request handler behind our own socket. Run by
// bin/start.ts on plain Node, which strips the types.
import { createServer } from "node:http";
import next from "next";
import { replacePeerAddress } from "./peer-address.ts";
import { refuseUndecodablePath } from "./undecodable-path.ts";

/** What the server tells its parent. */
export type ServeReport = { type: "listening" } | { type: "failed"; code: string; message: string };

/** A file of 10 MB over a line that carries 0.5 Mbit a second. */
const requestTimeoutMs = 180_000;
/** Time for answers under way, streams above all, once the server was told to stop. */
const graceMs = 5_000;
/** Time for what was left for later, once all is answered. */
const lastWorkMs = 2_000;

const [mode, host, portText] = process.argv.slice(2) as [string, string, string];
const port = Number(portText);

function report(message: ServeReport): void {
  if (process.connected) process.send?.(message);
}

const server = createServer({ headersTimeout: 20_000, requestTimeout: requestTimeoutMs, keepAliveTimeout: 75_000 });

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
  }, graceMs).unref();
}

process.on("message", stop);
process.on("disconnect", stop);
// A terminal sends these to every process; the parent says when it is time.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("SIGHUP", () => {});

// Taken before the app is loaded, so that a port in use is known at once.
server.listen(port, host);
await new Promise<void>((resolve) => server.once("listening", resolve));

const app = next({ dev: mode === "dev", dir: process.cwd(), hostname: host, port, httpServer: server });
const prepared = app.prepare();
const handle = app.getRequestHandler();

server.on("request", async (request, response) => {
  replacePeerAddress(request);
  if (stopping) response.setHeader("Connection", "close");
  if (refuseUndecodablePath(request, response)) return;
  try {
    await prepared;
    await handle(request, response);
  } catch {
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
});

await prepared;
report({ type: "listening" });
