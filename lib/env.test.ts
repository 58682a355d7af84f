import { expect, test, vi } from "vitest";
import { parseEnv } from "@/lib/env";

/** What a process with these variables reads. */
async function allowPrivateUpstreamsWith(variables: Record<string, string>): Promise<boolean> {
  for (const name of ["FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS", "VERCEL"]) vi.stubEnv(name, variables[name]);
  vi.resetModules();
  const { allowPrivateUpstreams } = await import("@/lib/env");
  const allowed = allowPrivateUpstreams();
  vi.unstubAllEnvs();
  return allowed;
}

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ VERCEL: "1" }, false],
  [{ FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS: "false" }, false],
  [{ VERCEL: "1", FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS: "true" }, true],
])("with %j providers in private networks are allowed: %s", async (variables, allowed) => {
  expect(await allowPrivateUpstreamsWith(variables)).toBe(allowed);
});

test("a value that is neither true nor false stops the start and names the variable", () => {
  const source = { ...process.env, FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS: "sometimes" };
  expect(() => parseEnv(source)).toThrow(/FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS must be true or false/);
});
