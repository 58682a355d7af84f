import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** Whether a request with these headers passes, on a server that calls itself by this address. */
async function passes(headers: Record<string, string>, publicUrl?: string): Promise<boolean> {
  vi.stubEnv("FLOWLATCH_PUBLIC_URL", publicUrl);
  vi.stubEnv("VERCEL_PROJECT_PRODUCTION_URL", undefined);
  vi.resetModules();
  const { assertSameOrigin } = await import("@/lib/http/same-origin");
  try {
    assertSameOrigin(new Headers({ host: "flows.example:3000", ...headers }));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "forbidden" });
    return false;
  }
}

test("what the browser says of the request's site decides, whatever the origin", async () => {
  const origin = "https://flows.example:3000";
  expect(await passes({ "sec-fetch-site": "same-origin" })).toBe(true);
  for (const site of ["cross-site", "same-site", "none", ""]) {
    expect(await passes({ "sec-fetch-site": site, origin }), site).toBe(false);
  }
});

test("on plain http the origin must be the host that was asked", async () => {
  expect(await passes({ origin: "http://flows.example:3000" })).toBe(true);
  for (const origin of ["http://flows.example", "http://elsewhere.example:3000", "null", "flows.example:3000"]) {
    expect(await passes({ origin }), origin).toBe(false);
  }
});

test("behind a proxy the public address counts as well", async () => {
  const origin = "https://public.example";
  expect(await passes({ origin }, origin)).toBe(true);
  expect(await passes({ origin })).toBe(false);
});

test("a request that says nothing of where it comes from is refused", async () => {
  expect(await passes({})).toBe(false);
  expect(await passes({ referer: "http://flows.example:3000/chatflows" })).toBe(false);
});
