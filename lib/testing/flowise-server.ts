import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { type FlowiseApiKey, type FlowiseChatflow, flowiseApiKey, flowiseChatflow } from "@/lib/testing/flowise-data";

/** One step of a streamed answer: a token, one of Flowise's events, something to wait for, or a way to end it. */
export type FlowiseStep =
  | string
  | { event: string; data: unknown; [more: string]: unknown }
  | Promise<unknown>
  /** Bytes as they are. */
  | { raw: string | Uint8Array }
  /** The socket is destroyed in the middle. */
  | "cut!"
  /** The response ends as if it were whole, without Flowise's own end. */
  | "end!";

/** What the server does with one prediction. */
export type FlowiseReply =
  /** Streamed where that was asked for, else the same as JSON: tokens as its text, events by their names. */
  | { steps: FlowiseStep[]; contentType?: string }
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** Bytes of one JSON answer of this length. */
  | { bytes: number }
  /** The connection closes without a word. */
  | "hang up"
  /** Nothing is ever answered. */
  | "hang";

/** What the server does with one question for flows or keys. */
export type FlowiseListReply = Extract<FlowiseReply, { status: number } | { bytes: number } | "hang">;

/** A prediction as it came. */
export interface FlowiseCall {
  flowId: string;
  body: Record<string, unknown>;
  headers: IncomingMessage["headers"];
  /** When the caller closed the connection before the answer was over. */
  hungUpAt: number | null;
}

/** A frame as Flowise writes it: the literal line `message:`, and no space after `data:`. */
export const flowiseFrame = (event: string, data: unknown, more: object = {}) =>
  `message:\ndata:${JSON.stringify({ event, data, ...more })}\n\n`;

const streamHeaders = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-cache",
  Connection: "keep-alive",
  "X-Accel-Buffering": "no",
};

/** What this Flowise hears in every voice message. */
export const heardWords = "When do you open?";

/** As Flowise transcribes: what it hears takes the place of whatever else was asked. */
function heard(body: Record<string, unknown>): Record<string, unknown> {
  const uploads = (body.uploads ?? []) as { mime?: string }[];
  return uploads.some(({ mime }) => mime?.startsWith("audio/")) ? { ...body, question: heardWords } : body;
}

const isTrue = (value: unknown) => value === true || value === "true";

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function sendAsTold(response: ServerResponse, reply: FlowiseListReply): void {
  if (reply === "hang") return;
  if ("bytes" in reply) send(response, 200, `{"text":"${"x".repeat(reply.bytes - 11)}"}`);
  else send(response, reply.status, reply.body ?? {}, reply.headers);
}

/** As Flowise's error handler answers, its stack left out. */
const failure = (statusCode: number, message: string) => ({ statusCode, success: false, message, stack: {} });

const bearerOf = ({ headers }: IncomingMessage) => headers.authorization?.replace(/^Bearer /, "");

/**
 * A Flowise 3.1.4 on a loopback port, as far as it was measured: it lists its keys in clear, answers
 * 500 to a key that does not fit, and streams 200 with an `error` frame instead. It remembers what it
 * was asked in each session, and answers "Hello there." unless a test has told it what to do next;
 * the question "What did I say?" is answered with what it remembers.
 */
export async function startFlowiseServer() {
  const received: FlowiseCall[] = [];
  /** Of every request: `METHOD path`. */
  const requests: string[] = [];
  const replies: FlowiseReply[] = [];
  const listReplies: FlowiseListReply[] = [];
  const memory = new Map<string, string[]>();
  const apiKeys: FlowiseApiKey[] = [flowiseApiKey("Flowlatch"), flowiseApiKey("Website")];
  const chatflows: FlowiseChatflow[] = [
    flowiseChatflow("Support"),
    flowiseChatflow("Guarded", { apikeyid: apiKeys[0]?.id ?? null }),
    flowiseChatflow("Research", { type: "AGENTFLOW" }),
  ];

  const isKnown = (request: IncomingMessage) => apiKeys.some(({ apiKey }) => apiKey === bearerOf(request));

  /** Tokens of the answer to a question in a session. */
  function answerTo({ question, overrideConfig, chatId }: Record<string, unknown>): string[] {
    const sessionId = String(Object(overrideConfig).sessionId ?? chatId);
    const earlier = memory.get(sessionId) ?? [];
    memory.set(sessionId, [...earlier, String(question)]);
    return question === "What did I say?" ? [earlier.join(" | ") || "Nothing."] : ["Hello", " there."];
  }

  async function predict(request: IncomingMessage, response: ServerResponse, flowId: string): Promise<void> {
    const body = (await json(request)) as Record<string, unknown>;
    const call: FlowiseCall = { flowId, body, headers: request.headers, hungUpAt: null };
    received.push(call);
    response.on("close", () => {
      if (!response.writableFinished) call.hungUpAt = performance.now();
    });
    const reply = replies.shift();
    if (reply === "hang up") return void request.socket.destroy();
    if (reply && !(typeof reply === "object" && "steps" in reply)) return sendAsTold(response, reply);

    const flow = chatflows.find(({ id }) => id === flowId);
    const wantsStream = isTrue(body.streaming);
    // As measured: an unknown flow with streaming is never answered.
    if (!flow) return wantsStream ? undefined : send(response, 404, failure(404, `Chatflow ${flowId} not found`));
    const key = apiKeys.find(({ id }) => id === flow.apikeyid);
    if (flow.apikeyid && key?.apiKey !== bearerOf(request)) {
      if (!wantsStream) return send(response, 500, failure(500, "Unauthorized"));
      response.writeHead(200, streamHeaders);
      return void response.end(flowiseFrame("error", "Unauthorized") + flowiseFrame("end", "[DONE]"));
    }
    const steps = reply?.steps ?? answerTo(heard(body));
    const facts = factsOf(heard(body));
    if (wantsStream) await stream(response, steps, facts, reply?.contentType);
    else send(response, 200, jsonOf(steps, facts));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    requests.push(`${request.method} ${pathname}`);
    const [, , , name = "", id = ""] = pathname.split("/");
    if (!pathname.startsWith("/api/v1/")) {
      // Flowise serves its own pages everywhere else.
      return send(response, 200, "<!doctype html><title>Flowise</title>", { "Content-Type": "text/html" });
    }
    if (name === "prediction" && request.method === "POST") return await predict(request, response, id);
    if (name === "ping") return send(response, 200, "pong", { "Content-Type": "text/plain" });
    if (name === "version") return send(response, 200, { version: "3.1.4" });
    if (name === "chatflows-streaming") return send(response, 200, { isStreaming: true });
    if (name === "chatmessage" && request.method === "PUT") {
      return send(response, 200, { status: 200, message: "Chat message aborted" });
    }
    const reply = listReplies.shift();
    if (reply) return sendAsTold(response, reply);
    if (!isKnown(request)) return send(response, 401, { error: "Unauthorized Access" });
    if (name === "chatflows") return send(response, 200, chatflows);
    if (name === "apikey") return send(response, 200, apiKeys);
    send(response, 404, failure(404, `${request.method} ${pathname} not found`));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    requests,
    /** May be changed: the server lists and checks what stands here. The first opens the flow "Guarded". */
    apiKeys,
    chatflows,
    /** What to do with the next predictions, one after the other. */
    reply: (...next: FlowiseReply[]) => void replies.push(...next),
    /** What to do with the next questions for flows or keys. */
    replyToList: (...next: FlowiseListReply[]) => void listReplies.push(...next),
    reset: () => {
      for (const list of [received, requests, replies, listReplies]) list.length = 0;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What Flowise says of an answer besides it. */
function factsOf({ question, chatId, overrideConfig }: Record<string, unknown>) {
  const id = chatId ?? Object(overrideConfig).sessionId ?? "7d0fb1fc-5ad4-4b5e-9d10-6b6ac1d7f6a2";
  return {
    chatId: id,
    chatMessageId: "f2c1f3b5-1f1b-4df6-8a3b-1d5f2c6f8e10",
    question,
    sessionId: Object(overrideConfig).sessionId ?? id,
    memoryType: "Buffer Memory",
  };
}

function jsonOf(steps: FlowiseStep[], facts: object): object {
  const tokens = steps.filter((step) => typeof step === "string");
  const events = steps.flatMap((step) =>
    typeof step === "object" && "event" in step ? [[step.event, step.data]] : [],
  );
  return { text: tokens.join(""), ...facts, isStreamValid: true, ...Object.fromEntries(events) };
}

async function stream(response: ServerResponse, steps: FlowiseStep[], facts: object, contentType?: string) {
  response.writeHead(200, { ...streamHeaders, ...(contentType && { "Content-Type": contentType }) });
  const isBare = steps.some((step) => typeof step === "object" && "raw" in step);
  if (!isBare) response.write(flowiseFrame("start", ""));
  for (const step of steps) {
    if (step instanceof Promise) await step;
    else if (step === "end!") return void response.end();
    else if (step === "cut!") {
      // What was written must be under way before the next thing happens.
      await wait(20);
      return void response.socket?.destroy();
    } else if (typeof step === "string") response.write(flowiseFrame("token", step));
    else if ("raw" in step) response.write(step.raw);
    else {
      const { event, data, ...more } = step;
      response.write(flowiseFrame(event, data, more));
    }
  }
  response.write(flowiseFrame("metadata", facts));
  response.end(flowiseFrame("end", "[DONE]"));
}
