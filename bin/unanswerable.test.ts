import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refuseUnanswerable } from "./unanswerable.ts";

const server = createServer((request, response) => {
  if (!refuseUnanswerable(request, response)) response.end("handed on");
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Over a raw socket: no client of a library sends these. */
async function ask(method: string, target: string, header = ""): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${header}\r\n`);
  return await text(socket);
}

test.each([
  ["TRACE", "/keys", 405],
  ["PROPFIND", "/api/v1/ping", 405],
  ["PATCH", "*", 400],
  ["GET", "http://[::1", 400],
  ["GET", "/_global-error", 404],
  ["GET", "/_global-error?x=1", 404],
])("what Next would answer with a bare 500 is refused: %s %s", async (method, target, status) => {
  const answer = await ask(method, target);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toMatch(/x-content-type-options: nosniff/i);
  if (status === 405) expect(answer).toMatch(/allow: GET, HEAD, POST/i);
});

test.each([
  ["GET", "/keys"],
  ["POST", "http://flows.example/api/v1/ping"],
  ["GET", "/_global-errors"],
])("everything else is handed on: %s %s", async (method, target) => {
  expect(await ask(method, target)).toContain("handed on");
});

const stateOf = (value: string) => `Next-Router-State-Tree: ${value}\r\n`;

test.each(["x", "%", "[]", '{"children":1}', '["",{}]\r\nNext-Router-State-Tree: ["",{}]'])(
  "a state that Next's router cannot read is refused: %s",
  async (value) => {
    expect(await ask("GET", "/keys", stateOf(value))).toMatch(/^HTTP\/1.1 400 /);
  },
);

test("a state as a page sends it is handed on", async () => {
  const state = ["", { children: ["keys", { children: ["__PAGE__", {}] }] }, null, "refetch"];
  expect(await ask("GET", "/keys", stateOf(encodeURIComponent(JSON.stringify(state))))).toContain("handed on");
});
