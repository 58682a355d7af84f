import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const sources = ["app", "bin", "lib"]
  .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }))
  .filter((file) => !/test|generated/.test(file))
  .map((file) => ({ file, source: readFileSync(path.join(root, file), "utf8") }));

test("no input can become SQL: what is put into a statement as it stands is the code's own (ASVS 1.2.4)", () => {
  const places = (pattern: RegExp) =>
    sources.flatMap(({ file, source }) => [...source.matchAll(pattern)].map(([found]) => `${file}: ${found}`)).sort();
  expect(places(/\w+RawUnsafe\b/g)).toEqual([]);
  // Columns, directions and the name of a row in the statement, each from a list in that file.
  expect(places(/Prisma\.raw(?=\()/g)).toEqual([
    "lib/api-keys/attention.ts: Prisma.raw",
    "lib/api-keys/attention.ts: Prisma.raw",
    "lib/db/newest-first.ts: Prisma.raw",
    "lib/db/newest-first.ts: Prisma.raw",
    "lib/sessions/list.ts: Prisma.raw",
  ]);
  // A statement for the pool is a text with $1, $2; all that is put into it are constants of the module.
  const texts = /(?<![\w.>])`\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b[^`]*\$\{[^`]*`/g;
  const put = places(texts).flatMap((text) => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name));
  expect(new Set(put)).toEqual(
    new Set([
      ...["publicCredentialId", "isDue", "startLockKey", "engineLockKey", "visitorLimits", "secretColumns"],
      "feedbackColumns",
    ]),
  );
});
