import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import path from "node:path";
import { StopError } from "../stop-error.ts";
import { filesOfBuild, filesOfPrograms } from "./traced-files.ts";

/** What a container starts: the server, the command line, and what asks whether it is well. */
const programs = [
  "bin/container.ts",
  "bin/serve.ts",
  "bin/flowlatch.ts",
  "bin/healthcheck.ts",
  "bin/resolve-imports.mjs",
];

/** Read at run time, where no import shows it. */
const read = [
  "package.json",
  "LICENSE",
  "bin/flowlatch",
  "node_modules/@prisma/schema-engine-wasm/schema_engine_bg.wasm",
  "docs/guide",
  "prisma/schema.prisma",
  "prisma/migrations",
];

/** Of the build, what only the build itself needs. */
const isOfBuilding = (file: string) =>
  /^\.next\/(cache|dev|diagnostics|types|turbopack|trace|trace-build|export-marker\.json)(\/|$)|\.(map|nft\.json)$/.test(
    file,
  );

/** What Next's traces name for nothing: what would scale pictures (see next.config.js), and tests of packages. */
const isNamedForNothing = (file: string) => /^node_modules\/((sharp|@img)|(@[^/]+\/)?[^/]+\/test)\//.test(file);

/** Parts of Next for building and developing, which its server imports in case. */
const isOfNextWithoutServing =
  /^node_modules\/next\/dist\/(docs\/|lib\/upgrade\/|build\/(webpack|babel|swc|turbopack)|compiled\/(@?babel|webpack|terser|next-devtools)|compiled\/next-server\/.*\.dev\.js$|server\/capsize-font-metrics\.json$)/;

/** What the programs do not come to in a container, such as the embedded Postgres. */
const isLeftOut = (file: string) =>
  file === "bin/embedded-postgres.ts" ||
  /^node_modules\/(@electric-sql|typescript|@next\/swc[^/]*)\//.test(file) ||
  isNamedForNothing(file) ||
  isOfNextWithoutServing.test(file) ||
  /\.(map|development\.js)$/.test(file);

function filesBelow(root: string, name: string): string[] {
  const full = path.join(root, name);
  if (!existsSync(full)) return [];
  if (!lstatSync(full).isDirectory()) return [name];
  return readdirSync(full).flatMap((entry) => filesBelow(root, path.join(name, entry)));
}

/** Links stay links: Next has some in its build, which lead from there into node_modules. */
function copy(source: string, target: string): number {
  mkdirSync(path.dirname(target), { recursive: true });
  const status = lstatSync(source);
  if (status.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
  else copyFileSync(source, target);
  return status.size;
}

/**
 * Copies what a server needs, and nothing else, into an empty directory: the build, what its pages and our own
 * programs import, migrations and guide. Node is not among it.
 * @param root a project that is built
 * @returns how many files, and their bytes
 * @throws StopError when the directory is not empty
 */
export async function assembleTree(root: string, target: string): Promise<{ files: number; bytes: number }> {
  mkdirSync(target, { recursive: true });
  if (readdirSync(target).length > 0)
    throw new StopError(`${target} is not empty. Name a directory that is, or none yet.`);
  const files = new Set([
    ...filesBelow(root, ".next").filter((file) => !isOfBuilding(file)),
    ...filesOfBuild(root).filter((file) => !isNamedForNothing(file)),
    ...filesBelow(root, "public"),
    ...read.flatMap((name) => filesBelow(root, name)),
    ...(await filesOfPrograms(root, programs, isLeftOut)),
  ]);
  let bytes = 0;
  for (const file of files) bytes += copy(path.join(root, file), path.join(target, file));
  return { files: files.size, bytes };
}
