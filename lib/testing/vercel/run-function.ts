// Runs one function of a Build Output as Vercel's runtime does, under a plain HTTP server: a child process of
// function.ts, in a directory that holds the function and nothing else.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";

const [directory, handler, matchedPath] = process.argv.slice(2) as [string, string, string];

/** What the runtime keeps the function awake for. */
const awaited = new Set<Promise<unknown>>();
let answering = 0;

/** From here on the runtime may freeze the function, or end it. */
function tellIfIdle(): void {
  if (answering === 0 && awaited.size === 0) process.send?.("idle");
}

// As Vercel's runtime offers it: see `getContext` in @vercel/functions.
(globalThis as Record<symbol, unknown>)[Symbol.for("@vercel/request-context")] = {
  get: () => ({
    waitUntil(work: Promise<unknown>) {
      awaited.add(work);
      void work.finally(() => {
        awaited.delete(work);
        tellIfIdle();
      });
    },
  }),
};

const serve = createRequire(path.join(directory, "package.json"))(path.join(directory, handler));

const server = createServer((request, response) => {
  answering += 1;
  request.headers["x-matched-path"] = matchedPath;
  response.once("close", () => {
    answering -= 1;
    tellIfIdle();
  });
  serve(request, response);
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once("disconnect", () => process.exit());
