import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const library = path.join(root, "node_modules/@mantine");
const read = (file: string) => readFileSync(file, "utf8");

/** Names that sources import from the library's core, as values. */
function importedFromCore(files: string[]): string[] {
  const imports = files.flatMap((file) => [
    ...read(file).matchAll(/\bimport\s*\{([^}]*)\}\s*from\s*"@mantine\/core"/g),
  ]);
  return imports
    .flatMap((match) => (match[1] as string).split(","))
    .map((name) => name.trim().replace(/ as .*$/, ""))
    .filter((name) => name !== "" && !name.startsWith("type "));
}

/** Where the core's index has each of its exports from. */
function exportsOfCore(): Map<string, string> {
  const core = path.join(library, "core/esm");
  const from = new Map<string, string>();
  for (const [, names, file] of read(path.join(core, "index.mjs")).matchAll(
    /\{([^}]*)\}\s*from\s*"(\.\/[^"]+)"/g,
  ) as Iterable<[string, string, string]>) {
    for (const name of names.split(",")) from.set(name.trim().replace(/^.* as /, ""), path.join(core, file));
  }
  return from;
}

/** Names of the style sheets that a module of the core and all it imports have classes of. */
function stylesOf(file: string, seen: Set<string>): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const own = file.endsWith(".module.mjs") ? [path.basename(file, ".module.mjs")] : [];
  const imports = [...read(file).matchAll(/from\s*"(\.{1,2}\/[^"]+)"/g)].map((match) => match[1] as string);
  return [...own, ...imports.flatMap((imported) => stylesOf(path.resolve(path.dirname(file), imported), seen))];
}

test("pages load the styles of the components that are used, in the library's order, and no others", () => {
  const ours = globSync("{app,components}/**/*.{ts,tsx}", { cwd: root }).map((file) => path.join(root, file));
  const packages = new Set(ours.flatMap((file) => [...read(file).matchAll(/"@mantine\/([\w-]+)"/g)].map((m) => m[1])));
  expect([...packages].sort()).toEqual(["core", "dropzone", "hooks", "notifications"]);
  const theirs = globSync("{dropzone,notifications}/esm/**/*.mjs", { cwd: library });
  const used = importedFromCore([...ours, ...theirs.map((file) => path.join(library, file))]);
  expect(used).toContain("Button");

  const from = exportsOfCore();
  const seen = new Set<string>();
  // What it only passes on from another package has no styles of the library.
  const needed = used
    .filter((name) => name !== "RemoveScroll")
    .flatMap((name) => stylesOf(from.get(name) as string, seen));

  const all = read(path.join(library, "core/styles.css"));
  const place = (name: string) =>
    all.indexOf(
      read(path.join(library, `core/styles/${name}.css`))
        .slice(0, 300)
        .trim(),
    );
  const base = ["baseline", "default-css-variables", "global"];
  const expected = [...base, ...new Set(needed)].sort((a, b) => place(a) - place(b));
  expect(expected.map(place)).not.toContain(-1);

  const loaded = read(path.join(root, "app/component-library.css")).matchAll(
    /"@mantine\/core\/styles\/([\w-]+)\.css"/g,
  );
  expect([...loaded].map((match) => match[1])).toEqual(expected);
});
