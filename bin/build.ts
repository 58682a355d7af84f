// `npm run build`: a production build, whether or not sources changed.
import path from "node:path";
import { buildApp } from "./build-app.ts";
import { step } from "./steps.ts";
import { StopError } from "./stop-error.ts";

try {
  await step("Building the app", () => buildApp(path.dirname(import.meta.dirname)));
} catch (error) {
  if (!(error instanceof StopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
process.disconnect?.();
