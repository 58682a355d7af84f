import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseStartEnv } from "@/lib/env";
import { examineSecrets } from "./secrets.ts";

const dataDirectory = mkdtempSync(path.join(tmpdir(), "flowlatch-doctor-"));
afterAll(() => rmSync(dataDirectory, { recursive: true }));

const given = {
  FLOWLATCH_SESSION_SECRET: "session".padEnd(32, "-"),
  FLOWLATCH_PEPPER: "pepper".padEnd(32, "-"),
  FLOWLATCH_ENCRYPTION_KEY: "encryption".padEnd(32, "-"),
};
const DATABASE_URL = "postgresql://user@127.0.0.1/name";

function examine(environment: Record<string, string>) {
  const settings = { ...parseStartEnv(environment), dataDirectory, address: "http://localhost:3000" };
  return examineSecrets(settings, environment as NodeJS.ProcessEnv);
}

test("with a database of its own every secret must be there and long enough; no finding repeats one", () => {
  expect(examine({ DATABASE_URL, ...given })).toMatchObject([{ state: "ok" }]);
  const { FLOWLATCH_PEPPER: _, ...others } = given;
  const findings = examine({ DATABASE_URL, ...others, FLOWLATCH_ENCRYPTION_KEY: "short" });
  expect(findings.map(({ state, seen }) => [state, seen.split(" ")[0]])).toEqual([
    ["failure", "FLOWLATCH_PEPPER"],
    ["failure", "FLOWLATCH_ENCRYPTION_KEY"],
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/short\b|session-/);
});

test("one value for two secrets is told of, and so is an older value that still counts", () => {
  const same = { ...given, FLOWLATCH_PEPPER: given.FLOWLATCH_SESSION_SECRET };
  expect(examine(same)).toMatchObject([{ state: "warning", seen: expect.stringContaining("same value") }]);
  const rotated = { ...given, FLOWLATCH_PEPPER: `${"newer".padEnd(32, "-")},${given.FLOWLATCH_PEPPER}` };
  expect(examine(rotated)).toMatchObject([{ state: "ok", seen: expect.stringContaining("FLOWLATCH_PEPPER") }]);
});

test("a file of secrets that others can read is told of, with what closes it", () => {
  const file = path.join(dataDirectory, "secrets.json");
  writeFileSync(file, "{}", { mode: 0o644 });
  expect(examine({})).toMatchObject([{ state: "warning", advice: `Run: chmod 600 ${file}` }]);
  chmodSync(file, 0o600);
  expect(examine({})).toMatchObject([{ state: "ok" }]);
});
