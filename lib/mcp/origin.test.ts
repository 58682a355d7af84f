import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** Whether a message of a page of this origin is taken, by a server that calls itself by this address. */
async function isTaken(headers: Record<string, string>, publicUrl?: string): Promise<boolean> {
  vi.stubEnv("FLOWLATCH_PUBLIC_URL", publicUrl);
  vi.stubEnv("VERCEL_PROJECT_PRODUCTION_URL", undefined);
  vi.resetModules();
  const { refuseForeignOrigin } = await import("@/lib/mcp/origin");
  try {
    refuseForeignOrigin(new Headers(headers));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "forbidden", reason: "foreign_origin" });
    return false;
  }
}

const own = "https://keys.example.com";

test("what sends no Origin is no page and is taken, as is a page of the deployment's own", async () => {
  expect(await isTaken({})).toBe(true);
  expect(await isTaken({}, own)).toBe(true);
  expect(await isTaken({ origin: own }, `${own}/`)).toBe(true);
});

test("a page of any other origin is refused, and no Host header helps it", async () => {
  for (const origin of ["https://evil.example", "http://keys.example.com", `${own}:8443`, "null", ""]) {
    const host = origin.replace(/^https?:../, "");
    expect(await isTaken({ origin, host }, own), origin).toBe(false);
    expect(await isTaken({ origin, host }), origin).toBe(false);
  }
});
