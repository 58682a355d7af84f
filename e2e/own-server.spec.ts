import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { dataDirectory, expect, test } from "./fixtures";

/** Speaks to the server byte by byte: a client of a library would mend what is wrong on purpose. */
async function send(baseURL: string | undefined, lines: string[], body = ""): Promise<string> {
  const socket = connect(Number(new URL(baseURL ?? "").port), "127.0.0.1");
  socket.write(`${[...lines, "Host: localhost", "Connection: close"].join("\r\n")}\r\n\r\n${body}`);
  return await text(socket);
}

test("an API address that cannot be decoded is answered with problem+json, a page's with a plain 400", async ({
  baseURL,
}) => {
  const api = await send(baseURL, ["POST /api/v1/prediction/%E0%A4%A HTTP/1.1", "Content-Length: 0"]);
  expect(api).toMatch(/^HTTP\/1.1 400 /);
  expect(api).toMatch(/content-type: application\/problem\+json/i);
  for (const address of ["/keys/%E0%A4%A", "/chatflows/%zz", "/%"]) {
    const page = await send(baseURL, [`GET ${address} HTTP/1.1`]);
    expect(page).toMatch(/^HTTP\/1.1 400 /);
    expect(page).toMatch(/content-type: text\/plain/i);
  }
});

test("who asks for another protocol is answered as if they had not", async ({ baseURL }) => {
  const answer = await send(baseURL, ["GET /api/v1/ping HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade"]);
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
});

test("failed sign-ins count for the socket's address, whatever address a client claims", async ({
  baseURL,
  request,
  db,
}) => {
  await db.query("DELETE FROM sign_in_throttle");
  const form = await request.get("/api/auth/csrf");
  const { csrfToken } = (await form.json()) as { csrfToken: string };
  const cookie = form.headers()["set-cookie"]?.split(";")[0];
  for (const claim of ["X-Flowlatch-Peer: 6.6.6.6", "x-flowlatch-peer: 6.6.6.7\r\nX-FLOWLATCH-PEER: 6.6.6.8"]) {
    const body = new URLSearchParams({ csrfToken, email: "nobody@example.com", password: "wrong", json: "true" });
    const answer = await send(
      baseURL,
      [
        "POST /api/auth/callback/credentials HTTP/1.1",
        claim,
        "X-Forwarded-For: 7.7.7.7",
        "Content-Type: application/x-www-form-urlencoded",
        `Content-Length: ${body.toString().length}`,
        `Cookie: ${cookie}`,
      ],
      body.toString(),
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  }
  const { FLOWLATCH_SESSION_SECRET: secret } = JSON.parse(
    readFileSync(path.join(dataDirectory(), "secrets.json"), "utf8"),
  ) as { FLOWLATCH_SESSION_SECRET: string };
  const { rows } = await db.query("SELECT subject, failures FROM sign_in_throttle WHERE subject LIKE 'address:%'");
  await db.query("DELETE FROM sign_in_throttle");
  const loopback = createHmac("sha256", secret).update("127.0.0.1").digest("base64url");
  expect(rows).toEqual([{ subject: `address:${loopback}`, failures: 2 }]);
});
