// `npm run assemble -- <directory>`: what a container is made of, served from there as it is.
import path from "node:path";
import { buildApp, isBuilt } from "./build-app.ts";
import { givenPath } from "./cli/given-file.ts";
import { step } from "./steps.ts";
import { StopError } from "./stop-error.ts";
import { assembleTree } from "./tree/assemble-tree.ts";

const root = path.dirname(import.meta.dirname);
const [directory] = process.argv.slice(2);

try {
  if (!directory) throw new StopError("Name the directory to assemble into: npm run assemble -- <directory>.");
  const target = givenPath(directory);
  if (!isBuilt(root)) await step("Building the app", () => buildApp(root));
  const { files, bytes } = await step("Assembling what a server needs", () => assembleTree(root, target));
  process.stderr.write(`${target}: ${files} files, ${(bytes / 1_000_000).toFixed(1)} MB\n`);
} catch (error) {
  if (!(error instanceof StopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
process.disconnect?.();
