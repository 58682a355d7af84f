import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const sources = globSync(["{app,bin,components,lib}/**/*.{ts,tsx}", "*.ts"], { cwd: root })
  .filter((file) => !/test|generated/.test(file))
  .map((file) => ({ file, source: readFileSync(path.join(root, file), "utf8") }));
const filesWith = (pattern: RegExp) => sources.filter(({ source }) => pattern.test(source)).map(({ file }) => file);

test("without a collector nothing of OpenTelemetry is loaded: one file begins it, which is imported on condition alone", () => {
  const loading = filesWith(/from "@opentelemetry\//).sort();
  expect(loading).toEqual(["lib/tracing/spans.ts", "lib/tracing/start.ts"]);
  expect(filesWith(/^import(?! type).* from "@\/lib\/tracing\/spans"/m)).toEqual(["lib/tracing/start.ts"]);
  expect(filesWith(/lib\/tracing\/start"/)).toEqual(["instrumentation.ts"]);
  const instrumentation = sources.find(({ file }) => file === "instrumentation.ts")?.source;
  expect(instrumentation).toMatch(
    /if \(env\(\)\.OTEL_EXPORTER_OTLP_ENDPOINT\) \(await import\("@\/lib\/tracing\/start"\)/,
  );
});
