import { NextRequest } from "next/server";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** The headers of a page on a deployment that operators reach at this address. */
async function headersOf(publicUrl: string, path = "/keys"): Promise<Headers> {
  vi.stubEnv("FLOWLATCH_PUBLIC_URL", publicUrl);
  vi.stubEnv("NODE_ENV", "production");
  vi.resetModules();
  const { proxy } = await import("@/proxy");
  return (await proxy(new NextRequest(new URL(path, publicUrl)))).headers;
}

test("on https a browser is told to use nothing else for two years, and on http nothing of the kind (ASVS 3.4.1)", async () => {
  const value = (await headersOf("https://flows.example")).get("strict-transport-security");
  expect(value).toBe("max-age=63072000; includeSubDomains");
  expect((await headersOf("http://flows.example:3000")).get("strict-transport-security")).toBeNull();
});

test("a page runs its own scripts alone, stands in no frame and tells no other site its address (ASVS 3.4.3, 3.4.5, 3.4.6)", async () => {
  const headers = await headersOf("https://flows.example");
  const policy = headers.get("content-security-policy") ?? "";
  const directives = policy.split("; ");
  expect(directives).toEqual(
    expect.arrayContaining([
      ...["default-src 'self'", "connect-src 'self'", "form-action 'self'"],
      ...["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"],
    ]),
  );
  const scripts = directives.find((directive) => directive.startsWith("script-src")) ?? "";
  expect(scripts).toMatch(/^script-src 'self' 'nonce-[^']{40,}' 'strict-dynamic'$/);
  expect(headers.get("referrer-policy")).toBe("same-origin");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
});

test("the nonce is another for each answer, and the one that Next and the layout are told", async () => {
  const nonceOf = (policy: string | null) => /'nonce-([^']+)'/.exec(policy ?? "")?.[1];
  const [first, second] = [await headersOf("https://flows.example"), await headersOf("https://flows.example")];
  const nonce = nonceOf(first.get("content-security-policy"));
  expect(nonce).not.toBe(nonceOf(second.get("content-security-policy")));
  // Next hands a request header that the proxy has set to the page under this name.
  expect(nonceOf(first.get("x-middleware-request-content-security-policy"))).toBe(nonce);
  expect(first.get("x-middleware-request-x-nonce")).toBe(nonce);
});

test("a link that shows a token once is told to no other site, no index and no cache", async () => {
  const headers = await headersOf("https://flows.example", "/share/some-id");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("x-robots-tag")).toContain("noindex");
  expect(headers.get("cache-control")).toBe("no-store");
});
