import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** What it takes until a model's first token is measured by `npm run bench`; this is why its first call is no slower. */
test.each(["lib/engines", "lib/providers"])("nothing in %s is loaded on demand: no call waits for a module", (room) => {
  const files = readdirSync(room, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  expect(files.length).toBeGreaterThan(5);
  const onDemand = files.filter((name) => /\b(import|require)\(/.test(readFileSync(path.join(room, name), "utf8")));
  expect(onDemand).toEqual([]);
});
