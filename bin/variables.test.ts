import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { toldVariables, withGuideTable, withTable } from "./variables.ts";

const root = path.dirname(import.meta.dirname);

test("the README's table is what lib/env-variables.ts says; `npm run variables` writes it", () => {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  expect(readme).toContain("| `FLOWLATCH_PEPPER`");
  expect(withTable(readme)).toBe(readme);
});

test("and so is the guide's", () => {
  const page = readFileSync(path.join(root, "docs/guide/running.md"), "utf8");
  expect(page).toContain("| `FLOWLATCH_PEPPER`");
  expect(withGuideTable(page.replace("| `FLOWLATCH_PEPPER`", "| `PEPPER`"))).toBe(page);
});

/** Not for those who run Flowlatch to set. */
const ofTools = [
  // npm, the shell and Next say it of the process.
  ...["INIT_CWD", "NEXT_RUNTIME", "NODE_ENV", "PATH", "npm_execpath", "npm_lifecycle_event"],
  // Put there for next-auth and Next, which read no other.
  ...["NEXTAUTH_SECRET", "NEXTAUTH_URL"],
  ...["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY", "__NEXT_PRIVATE_STANDALONE_CONFIG"],
  // Of the tests.
  ...["FLOWLATCH_TEST_BROWSER", "TEST_DATABASE_URL"],
];

/** Samples for integrators name variables of their own. */
const isSource = (file: string) => !/\.test\.tsx?$|^lib\/(snippets|testing|db\/generated)\//.test(file);

test("no variable is read that the table does not tell of", () => {
  const files = globSync(
    ["{app,bin,components,lib}/**/*.{ts,tsx,mjs}", "{instrumentation,proxy}.ts", "next.config.js"],
    { cwd: root },
  ).filter(isSource);
  const read = files.flatMap((file) => {
    const source = readFileSync(path.join(root, file), "utf8");
    const dotted = [...source.matchAll(/process\.env(?:\.|\[["'])(\w+)/g)].map(([, name]) => name);
    const unpacked = [...source.matchAll(/\{([^{}]*)\} = process\.env\b/g)].flatMap(([, names]) =>
      [...(names ?? "").matchAll(/(?<![.\w])\w+/g)].map(([name]) => name),
    );
    return [...dotted, ...unpacked];
  });
  expect(read).toContain("NODE_ENV");
  const told = toldVariables();
  expect([...new Set(read)].filter((name) => name && !told.has(name) && !ofTools.includes(name))).toEqual([]);
});

test("every variable that is parsed is told of", async () => {
  const { serveVariables, startVariables } = await import("@/lib/env-variables");
  const parsed = Object.keys({ ...serveVariables.shape, ...startVariables.shape });
  expect([...toldVariables().keys()].sort()).toEqual(parsed.sort());
});
