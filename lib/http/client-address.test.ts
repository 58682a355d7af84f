import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { NodeRequest } from "srvx/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const shared = globalThis as { flowlatchTellsPeers?: true };

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv("VERCEL", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  delete shared.flowlatchTellsPeers;
});

/** The address as a process with this many trusted proxies sees it. */
async function addressWith(trusted: number, headers: Headers | Record<string, string>): Promise<string> {
  vi.stubEnv("FLOWLATCH_TRUSTED_PROXIES", String(trusted));
  const { clientAddress } = await import("@/lib/http/client-address");
  return clientAddress(new Headers(headers));
}

describe("behind our own server", () => {
  beforeEach(() => {
    shared.flowlatchTellsPeers = true;
  });

  test("a forged X-Forwarded-For is nothing when no proxy is trusted", async () => {
    const headers = { "x-flowlatch-peer": "192.0.2.1", "x-forwarded-for": "10.0.0.1" };
    expect(await addressWith(0, headers)).toBe("192.0.2.1");
  });

  test("with one trusted proxy only what that proxy wrote counts", async () => {
    const headers = { "x-flowlatch-peer": "10.0.0.2", "x-forwarded-for": "6.6.6.6, 203.0.113.9" };
    expect(await addressWith(1, headers)).toBe("203.0.113.9");
  });

  test("with two trusted proxies the address is the second from the right", async () => {
    const headers = { "x-flowlatch-peer": "10.0.0.2", "x-forwarded-for": "6.6.6.6, 203.0.113.9, 10.0.0.1" };
    expect(await addressWith(2, headers)).toBe("203.0.113.9");
  });

  test.each([
    ["203.0.113.9:41822", "203.0.113.9"],
    ["[2001:db8::9]:41822", "2001:db8::9"],
    ["[2001:db8::9]", "2001:db8::9"],
    ["2001:db8::9", "2001:db8::9"],
    ["::ffff:203.0.113.9", "::ffff:203.0.113.9"],
  ])("a port that a proxy writes as well is no part of the address: %s", async (written, address) => {
    expect(await addressWith(1, { "x-flowlatch-peer": "10.0.0.2", "x-forwarded-for": written })).toBe(address);
  });

  test("the VERCEL variable alone makes nobody trust X-Forwarded-For there", async () => {
    vi.stubEnv("VERCEL", "1");
    expect(await addressWith(0, { "x-flowlatch-peer": "192.0.2.1", "x-forwarded-for": "6.6.6.6" })).toBe("192.0.2.1");
  });
});

describe("where something else serves, nobody replaces x-flowlatch-peer, so it counts for nothing", () => {
  const forged = { "x-flowlatch-peer": "6.6.6.6" };

  test("on an unknown server", async () => {
    expect(await addressWith(0, { ...forged, "x-forwarded-for": "7.7.7.7" })).toBe("unknown");
  });

  test("on an unknown server behind a trusted proxy", async () => {
    expect(await addressWith(1, { ...forged, "x-forwarded-for": "7.7.7.7, 203.0.113.9" })).toBe("203.0.113.9");
  });

  test("on Vercel, where the address is the one that Vercel wrote last", async () => {
    vi.stubEnv("VERCEL", "1");
    expect(await addressWith(0, { ...forged, "x-forwarded-for": "203.0.113.9" })).toBe("203.0.113.9");
    expect(await addressWith(0, { ...forged, "x-forwarded-for": "7.7.7.7, 203.0.113.9" })).toBe("203.0.113.9");
    expect(await addressWith(0, forged)).toBe("unknown");
  });
});

test.each([
  "X-Flowlatch-Peer: 6.6.6.6\r\n",
  "x-flowlatch-peer: 6.6.6.6\r\nX-FLOWLATCH-PEER: 7.7.7.7\r\n",
  "x-FLOWLATCH-peer: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7\r\nX-Forwarded-For: 8.8.8.8\r\n",
])("our own server replaces what a client sends as the peer, however written: %j", async (lines) => {
  const { replacePeerAddress } = await import("@/bin/peer-address");
  const server = createServer(async (request, response) => {
    replacePeerAddress(request);
    const joined = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const asTheyCame = new NodeRequest({ req: request, res: response }).headers;
    const addresses = [new Headers(joined), asTheyCame, new Headers(asTheyCame)];
    response.end(JSON.stringify(await Promise.all(addresses.map((headers) => addressWith(0, headers)))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines}\r\n`);
  expect(await text(socket)).toContain(JSON.stringify(Array(3).fill("127.0.0.1")));
  await new Promise((resolve) => server.close(resolve));
});
