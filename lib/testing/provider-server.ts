import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { type Dialect, dialects, type ReceivedPrompt, type TokenCounts } from "@/lib/testing/provider-dialects";

/** One step of an answer: a piece of text, something to wait for, or a way to end it. */
export type Step =
  | string
  | Promise<unknown>
  | { thought: string }
  /** An error event of the provider's own. */
  | { error: string }
  /** Bytes as they are. */
  | { raw: string | Uint8Array }
  /** The socket is destroyed in the middle. */
  | "cut!"
  /** The response ends as if it were whole, without the provider's own end. */
  | "end!";

/** What the server does with one request. */
export type Reply =
  | { steps: Step[]; usage?: TokenCounts | null; contentType?: string }
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** The connection closes without a word. */
  | "hang up";

/** One request as it came. */
export interface Received {
  /** Path and query. */
  url: string;
  prompt: ReceivedPrompt;
  credential: string | undefined;
  headers: IncomingMessage["headers"];
  /** When the caller closed the connection before the answer was over. */
  hungUpAt: number | null;
}

/** Never settles: for what a provider never does. */
export const never = new Promise<never>(() => {});

/** As OpenAI lists models. */
const modelList = JSON.stringify({ object: "list", data: [{ id: "test-large" }, { id: "test-small" }] });

const greeting: Reply = { steps: ["Hello", " there."], usage: { input: 11, output: 2 } };

/**
 * A model provider on a loopback port, speaking OpenAI's, Anthropic's and Google's protocols. It
 * greets, unless a test has told it what to do with the next requests.
 */
export async function startProviderServer() {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    answer(request, response, received, () => replies.shift() ?? greeting).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    received,
    /** What to do with the next requests, one after the other. */
    reply: (...next: Reply[]) => void replies.push(...next),
    reset: () => {
      received.length = 0;
      replies.length = 0;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  received: Received[],
  nextReply: () => Reply,
): Promise<void> {
  const url = request.url ?? "";
  if (request.method === "GET" && url === "/v1/models") return void response.end(modelList);
  const body = (await json(request)) as never;
  const isAnthropic = dialects.anthropic.path.test(url);
  const dialect = [isAnthropic ? dialects.anthropic : dialects.openai, dialects.google].find(({ path }) =>
    path.test(url.replace(/\?.*/, "")),
  );
  if (!dialect) return void response.writeHead(404).end(JSON.stringify({ error: { message: `No ${url} here.` } }));
  const call: Received = {
    url,
    prompt: dialect.promptOf(body, url),
    credential: dialect.credentialOf(request.headers),
    headers: request.headers,
    hungUpAt: null,
  };
  received.push(call);
  response.on("close", () => {
    if (!response.writableFinished) call.hungUpAt = performance.now();
  });

  // As Anthropic answers it; others do in words of their own.
  const hasEmptyText = /"(?:text|content)":"\s*"/.test(JSON.stringify(body));
  const reply = hasEmptyText ? { status: 400, body: { error: { message: "texts must be non-empty" } } } : nextReply();
  if (reply === "hang up") return void request.socket.destroy();
  if ("status" in reply) {
    response.writeHead(reply.status, { "Content-Type": "application/json", ...reply.headers });
    return void response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {}));
  }
  await stream(response, dialect, reply);
}

async function stream(response: ServerResponse, dialect: Dialect, reply: Extract<Reply, { steps: Step[] }>) {
  const { steps, usage = { input: 11, output: 2 } } = reply;
  response.writeHead(200, { "Content-Type": reply.contentType ?? "text/event-stream" });
  let hasBegun = false;
  const begin = () => {
    if (!hasBegun) response.write(dialect.begin(usage));
    hasBegun = true;
  };
  for (const step of steps) {
    // What was written must be under way before the next thing happens.
    if (step instanceof Promise) await step;
    else if (step === "end!") return void response.end();
    else if (step === "cut!") {
      await wait(20);
      return void response.socket?.destroy();
    } else if (typeof step === "object" && "raw" in step) response.write(step.raw);
    else if (typeof step === "object" && "error" in step) response.write(dialect.error(step.error));
    else {
      begin();
      response.write(typeof step === "string" ? dialect.word(step) : dialect.thought(step.thought));
    }
  }
  begin();
  response.end(dialect.end(usage));
}

/** A running stand-in, and what it was asked. */
export type ProviderServer = Awaited<ReturnType<typeof startProviderServer>>;
