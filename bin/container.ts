// What a container runs: brings its Postgres up to date and then becomes the server, so that there is one
// process, which gets the container's signals. Nothing is installed, built or written.
import { applySecrets, openPostgres, readSettings, root } from "./deployment.ts";
import { firstPage } from "./first-page.ts";
import { serveCommand } from "./serve-command.ts";
import { StopError } from "./stop-error.ts";

// The first process of a container is not ended by a signal that it does not know.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

try {
  const settings = readSettings();
  applySecrets(settings, false);
  await openPostgres(settings, "server");
  process.stderr.write(`Open ${await firstPage(settings)}\n`);
  const { args, env } = serveCommand(settings, "start");
  process.chdir(root);
  process.execve?.(process.execPath, [process.execPath, ...args], env);
  throw new StopError("This system cannot put the server in this process's place.");
} catch (error) {
  process.stderr.write(`${error instanceof StopError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
