import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.resetModules());

/** The address as a server with this many trusted proxies sees it. */
async function addressWith(trusted: number, headers: Record<string, string>): Promise<string> {
  vi.stubEnv("FLOWLATCH_TRUSTED_PROXIES", String(trusted));
  const { clientAddress } = await import("@/lib/http/client-address");
  const address = clientAddress(new Headers(headers));
  vi.unstubAllEnvs();
  return address;
}

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
