import { afterEach, expect, test, vi } from "vitest";
import { parseEnv } from "@/lib/env";
import { startCollector } from "@/lib/testing/collector";
import { freePort } from "@/lib/testing/free-port";
import { examineTraces } from "./traces.ts";

afterEach(() => vi.unstubAllEnvs());

async function examineAt(endpoint: string) {
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
  return await examineTraces(parseEnv(process.env));
}

test("a collector that takes deliveries is fine, and is sent nothing", async () => {
  const collector = await startCollector();
  expect(await examineAt(collector.url)).toMatchObject({ what: "traces", state: "ok" });
  expect(collector.spans()).toEqual([]);
  await collector.close();
});

test("one that is away is told with what to look at", async () => {
  const finding = await examineAt(`http://user:password@127.0.0.1:${await freePort()}`);
  expect(finding).toMatchObject({ state: "failure", advice: expect.stringContaining("OTEL_EXPORTER_OTLP_ENDPOINT") });
  expect(JSON.stringify(finding)).not.toContain("password");
});

test("none is none", async () => {
  expect(await examineAt("")).toMatchObject({ state: "ok" });
});
