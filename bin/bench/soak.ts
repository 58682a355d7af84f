import { setTimeout as sleep } from "node:timers/promises";
import { generateToken } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { table } from "./figures.ts";
import { asking, connections, run } from "./load.ts";
import { memoryOf } from "./processor-time.ts";
import type { Servers } from "./servers.ts";

const minutes = 10;

/** What the server holds while it is under load for long: answers and refusals, each as fast as the other. */
export async function soak(db: Database, { app, provider }: Servers): Promise<string> {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const url = `${app.url}/api/v1/prediction/${chatflowId}`;
  const loads = [asking("predictions", url, key.token), asking("unknown tokens", url, generateToken(), 401)];
  const durationMs = minutes * 60_000;
  const calls = Promise.all(loads.map((one) => run(one, durationMs, connections / 2)));
  const held: string[][] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    await Promise.race([sleep(60_000), calls]);
    held.push([String(minute), (memoryOf(app.pid ?? 0) / 1024 ** 2).toFixed(0)]);
  }
  const answered = (await calls).map(({ latencies }, index) => `${latencies.length} ${loads[index]?.name}`);
  return `## Memory under load

The server's memory (resident) at the end of each of ${minutes} minutes under load, ${connections} connections: ${answered.join(" and ")}, each of these from another address.

${table([["minute", "MiB"], ...held])}
`;
}
