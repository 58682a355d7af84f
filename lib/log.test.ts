import type { Logger } from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { traceWith, untraced } from "@/lib/tracing/trace";

afterEach(() => {
  traceWith(undefined);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** What the log has written by the end. */
async function written(run: (log: Logger) => void): Promise<string> {
  vi.stubEnv("FLOWLATCH_LOG_LEVEL", "info");
  vi.resetModules();
  const parts: string[] = [];
  // Before the logger is made: it looks then whether stdout is the process's own.
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => parts.push(String(chunk)) > 0);
  const { log } = await import("@/lib/log");
  run(log());
  vi.restoreAllMocks();
  return parts.join("");
}

test("a line break in a name, an error or a message forges no log line (ASVS 16.4.1)", async () => {
  const names = ["\n", "\r\n", "\u2028", "\u0085"].map((end) => `Website${end}{"level":50,"msg":"forged"}`);
  const text = await written((log) => {
    for (const name of names) log.info({ name, err: new Error(name) }, name);
  });
  const lines = text.split("\n").slice(0, -1);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(names.map((name) => ({ level: 30, name, msg: name })));
});

test("an error of the database is logged without the row that it repeats (ASVS 16.2.5)", async () => {
  const row = "Failing row contains (\\x5ec2e7, website@example.com).";
  const text = await written((log) => {
    log.error(
      { err: Object.assign(new Error("check violated"), { code: "23514", detail: row, where: row }) },
      "failed",
    );
  });
  expect(JSON.parse(text)).toMatchObject({ msg: "failed", err: { message: "check violated", code: "23514" } });
  expect(text).not.toMatch(/Failing row|website@/);
});

test("a line about a call that is traced names its trace, and no other line does", async () => {
  traceWith({ begin: () => untraced, traceIdOf: (id) => (id === "request-1" ? "trace-1" : undefined) });
  const text = await written((log) => {
    log.info({ requestId: "request-1" }, "prediction");
    log.info({ requestId: "request-2" }, "prediction");
    log.info("started");
  });
  const lines = text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).traceId)).toEqual(["trace-1", undefined, undefined]);
});
