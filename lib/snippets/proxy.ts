import { quoted, rootOf, tokenVariable } from "./snippet";

/**
 * A server of the integrator's own that adds the token: what a browser holds, everybody who uses it can
 * read. For Node, without a package. Forwards what a chat needs and nothing else.
 */
export function proxySample({ baseUrl, chatflowId }: { baseUrl: string; chatflowId: string }): string {
  return `import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const flowlatch = ${quoted(rootOf({ baseUrl }))};
const id = ${quoted(chatflowId)};
const calls = ["prediction", "chatflows-streaming", "public-chatbotConfig"];
const paths = calls.map((call) => \`/api/v1/\${call}/\${id}\`);

createServer(async (request, response) => {
  // Let in whom you know: whoever reaches this server reaches the chatflow.
  if (!paths.includes(request.url)) return response.writeHead(404).end();
  // A visitor who leaves ends the call, and with it the model's work.
  const visitor = new AbortController();
  response.on("close", () => visitor.abort());
  try {
    const answer = await fetch(flowlatch + request.url, {
      method: request.method,
      headers: {
        Authorization: \`Bearer \${process.env.${tokenVariable}}\`,
        "Content-Type": "application/json",
        Accept: request.headers.accept ?? "*/*",
      },
      body: request.method === "POST" ? Readable.toWeb(request) : undefined,
      duplex: "half",
      signal: visitor.signal,
    });
    const type = answer.headers.get("content-type") ?? "text/plain";
    response.writeHead(answer.status, { "Content-Type": type });
    if (!answer.body) return response.end();
    await pipeline(Readable.fromWeb(answer.body), response);
  } catch {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  }
}).listen(process.env.PORT ?? 8080, process.env.HOST ?? "127.0.0.1");
`;
}
