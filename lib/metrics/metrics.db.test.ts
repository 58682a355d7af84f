import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { generateToken } from "@/lib/api-keys/token";
import { predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();
const secret = "metrics-token-of-the-tests-0123456789";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** `GET /api/metrics` of a deployment with this configuration. What was counted is kept on globalThis. */
async function scrape(configured: string | undefined, authorization?: string) {
  vi.stubEnv("FLOWLATCH_METRICS_TOKEN", configured);
  vi.resetModules();
  const { GET } = await import("@/app/api/metrics/route");
  const headers = new Headers(authorization === undefined ? {} : { authorization });
  const request = new Request("http://localhost/api/metrics", { headers });
  return await GET(request, { params: Promise.resolve({}) });
}

async function scraped(): Promise<string> {
  const response = await scrape(secret, `Bearer ${secret}`);
  expect(response.status).toBe(200);
  return await response.text();
}

/** Value of a series; 0 before it was first counted. */
function value(text: string, series: string): number {
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

test("there is nothing where no token is configured, and nothing for whoever lacks it", async () => {
  expect((await scrape(undefined, `Bearer ${secret}`)).status).toBe(404);
  for (const authorization of [undefined, "Bearer ", `Bearer ${secret}x`, `Bearer ${generateToken()}`]) {
    const response = await scrape(secret, authorization);
    expect([response.status, await response.text()]).toEqual([401, expect.not.stringContaining("flowlatch_")]);
  }
});

test("predictions, refusals and errors are counted by outcome, without a word of whose they are", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const { token } = key;
  const before = await scraped();
  await (await predict(chatflowId, { token, body: { question: "How are keys deleted?" } })).text();
  await predict(chatflowId, { token: generateToken() });
  await predict(chatflowId, { token, body: { question: "" } });
  const after = await scraped();
  const grown = (series: string) => value(after, series) - value(before, series);
  expect(grown('flowlatch_predictions_total{engine="knowledge",outcome="ok"}')).toBe(1);
  expect(grown('flowlatch_prediction_duration_seconds_count{engine="knowledge"}')).toBe(1);
  expect(grown('flowlatch_prediction_first_token_seconds_count{engine="knowledge"}')).toBe(1);
  expect(grown('flowlatch_refused_calls_total{reason="unknown_token"}')).toBe(1);
  expect(grown('flowlatch_api_errors_total{code="invalid_token"}')).toBe(1);
  expect(grown('flowlatch_api_errors_total{code="invalid_input"}')).toBe(1);
  expect(value(after, "flowlatch_answers_under_way")).toBe(0);
  expect(value(after, 'flowlatch_database_connections{state="waiting"}')).toBe(0);
  for (const private_ of [token, token.slice(-4), key.id, key.name, chatflowId]) expect(after).not.toContain(private_);
});

test("the dashboard and the alert rules ask for what there is", async () => {
  const text = await scraped();
  const known = new Set(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name, type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
  const files = globSync("deploy/monitoring/*", { cwd: path.resolve(import.meta.dirname, "../..") });
  expect(files).toHaveLength(2);
  for (const file of files) {
    const asked = readFileSync(path.resolve(import.meta.dirname, "../..", file), "utf8").match(
      /\b(flowlatch|nodejs|process)_[a-z_]+\b/g,
    );
    expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
    expect(asked?.length).toBeGreaterThan(5);
  }
});
