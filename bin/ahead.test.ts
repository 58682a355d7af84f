import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, expect, test } from "vitest";
import { answerAhead } from "@/bin/ahead";

type Handler = (request: Request, context: { params: Promise<{ chatflowId: string }> }) => Promise<Response>;
const shared = globalThis as { flowlatchPrediction?: Handler };

const server = createServer((request, response) => {
  if (!answerAhead(request, response)) response.end("by Next");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

afterAll(() => void server.close());
afterEach(() => {
  delete shared.flowlatchPrediction;
});

/** Speaks to the server byte by byte; the socket is the caller's. */
function call(lines: string[], body = "") {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${[...lines, "Host: localhost", "Connection: close"].join("\r\n")}\r\n\r\n${body}`);
  return socket;
}

const post = (path: string) => [`POST ${path} HTTP/1.1`, "Content-Length: 2"];

test("the handler is given the chatflow and the body, and its answer has the headers of all that Next answers", async () => {
  shared.flowlatchPrediction = async (request, { params }) =>
    Response.json({ ...(await params), question: await request.text() }, { status: 201 });
  const answer = await text(call(post("/api/v1/prediction/flowlatch-guide"), "{}"));
  expect(answer).toMatch(/^HTTP\/1.1 201 /);
  expect(answer).toContain('{"chatflowId":"flowlatch-guide","question":"{}"}');
  expect(answer).toMatch(/x-content-type-options: nosniff\r\n/i);
  expect(answer).toMatch(/content-security-policy: frame-ancestors 'none'\r\n/i);
});

test.each([
  ["another verb", ["GET /api/v1/prediction/a HTTP/1.1"]],
  ["a query", post("/api/v1/prediction/a?token=b")],
  ["an escape", post("/api/v1/prediction/%61")],
  ["a path below", post("/api/v1/prediction/a/b")],
  ["another route", post("/api/v1/predictions/a")],
  ["two credentials", [...post("/api/v1/prediction/a"), "Authorization: Bearer a", "authorization: Bearer b"]],
  ["a body of unknown length", ["POST /api/v1/prediction/a HTTP/1.1", "Transfer-Encoding: chunked"]],
])("%s is left to Next", async (_, lines) => {
  shared.flowlatchPrediction = async () => new Response("by the handler");
  expect(await text(call(lines, lines.includes("Transfer-Encoding: chunked") ? "0\r\n\r\n" : "{}"))).toMatch(
    /by Next$/,
  );
});

test("words go out one by one", async () => {
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  async function* words() {
    yield Buffer.from("first ");
    await heard;
    yield Buffer.from("last");
  }
  shared.flowlatchPrediction = async () =>
    new Response(Readable.toWeb(Readable.from(words())) as ReadableStream<Uint8Array>);
  const socket = call(post("/api/v1/prediction/a"), "{}");
  let said = "";
  for await (const chunk of socket) {
    said += String(chunk);
    if (said.includes("first ")) hear();
  }
  expect(said).toContain("last");
});

test("a caller who hangs up is heard, before the answer and in the middle of it", async () => {
  for (const begins of [false, true]) {
    const { promise: aborted, resolve } = Promise.withResolvers<boolean>();
    const { promise: called, resolve: onCalled } = Promise.withResolvers<void>();
    shared.flowlatchPrediction = async ({ signal }) => {
      signal.addEventListener("abort", () => resolve(true));
      onCalled();
      if (!begins) await aborted;
      return new Response(new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("…")) }));
    };
    const socket = call(post("/api/v1/prediction/a"), "{}");
    await called;
    if (begins) await once(socket, "data");
    socket.destroy();
    expect(await aborted).toBe(true);
  }
});

test("a handler that fails is a 500 without a word of why", async () => {
  shared.flowlatchPrediction = async () => {
    throw new Error("a secret");
  };
  const answer = await text(call(post("/api/v1/prediction/a"), "{}"));
  expect(answer).toMatch(/^HTTP\/1.1 500 /);
  expect(answer).not.toContain("secret");
});
