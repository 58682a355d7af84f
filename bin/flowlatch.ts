// `npm run -s flowlatch -- <command>`: the use cases of the dashboard, for deployments without a browser.
import { runCommand } from "./cli/run-command.ts";

await runCommand(process.argv.slice(2));
process.disconnect?.();
