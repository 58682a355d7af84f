// The API's routes as a process of their own, for tests of what two instances on one database see of
// each other. Says its address on stdout and ends when its stdin does.
import { runLater, settleLater } from "@/lib/later";
import { serveRoutes } from "@/lib/testing/serve-routes";

runLater((run) => void setTimeout(run, 1_000).unref());
const { url } = await serveRoutes();
process.stdout.write(`${url}\n`);
process.stdin.resume().on("end", async () => {
  await settleLater();
  process.exit(0);
});
