import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refuseUndecodablePath } from "./undecodable-path.ts";

const server = createServer((request, response) => {
  if (!refuseUndecodablePath(request, response)) response.end("handed on");
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Over a raw socket: clients of a library mend or refuse such paths themselves. */
async function ask(
  target: string,
  method = "GET",
  headers = "",
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`);
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head, body: body.replace(/^[0-9a-f]+\r\n|\r\n0$/g, "") };
}

describe("a path whose percent-escapes cannot be decoded", () => {
  test.each([
    ["POST", "/api/v1/prediction/%E0%A4%A"],
    ["GET", "/api/v1/prediction/%ff"],
    ["DELETE", "/api/%zz?question=1"],
    ["GET", "//api/%"],
    ["GET", "http://flows.example.com/api/v1/%zz"],
  ])("under /api is answered with problem+json: %s %s", async (method, target) => {
    const { status, head, body } = await ask(target, method);
    expect(status).toBe(400);
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(head).toMatch(/cache-control: no-store/i);
    expect(head).toMatch(/x-content-type-options: nosniff/i);
    const problem = JSON.parse(body);
    expect(problem).toMatchObject({ type: "about:blank", status: 400, code: "invalid_request" });
    expect(problem.message).toBe(problem.detail);
    expect(head.toLowerCase()).toContain(`x-request-id: ${problem.requestId}`);
  });

  test("is a plain sentence for a client that shows the body as it is", async () => {
    const { status, head, body } = await ask("/api/v1/prediction/%zz", "POST", "Accept: text/event-stream\r\n");
    expect(status).toBe(400);
    expect(head).toMatch(/content-type: text\/plain/i);
    expect(body).toMatch(/^The address has/);
  });

  test.each(["/keys/%E0%A4%A", "/%", "/apis/%zz", "http://flows.example.com/%zz"])(
    "elsewhere is a plain 400: %s",
    async (target) => {
      const { status, head } = await ask(target);
      expect(status).toBe(400);
      expect(head).toMatch(/content-type: text\/plain/i);
      expect(head).toMatch(/x-content-type-options: nosniff/i);
    },
  );
});

test.each(["/api/v1/prediction/%E0%A4%85", "/keys?q=%E0%A4%A", "/a%2Fb%25", "/api/%00", "*"])(
  "%s is handed on: what the query holds is not the path's matter",
  async (target) => {
    expect((await ask(target, target === "*" ? "OPTIONS" : "GET")).body).toContain("handed on");
  },
);
