// `npm run build`: a production build, whether or not sources changed; with `--if-needed` only if they did.
import path from "node:path";
import { buildApp, isBuilt } from "./build-app.ts";
import { step } from "./steps.ts";
import { StopError } from "./stop-error.ts";

const root = path.dirname(import.meta.dirname);
try {
  const isNeeded = !process.argv.includes("--if-needed") || !isBuilt(root);
  if (isNeeded) await step("Building the app", () => buildApp(root));
} catch (error) {
  if (!(error instanceof StopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
process.disconnect?.();
