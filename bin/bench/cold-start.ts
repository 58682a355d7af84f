import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Database } from "@/lib/db/client";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { root } from "../deployment.ts";
import { median, spread } from "./figures.ts";
import { asking, run } from "./load.ts";
import { type Servers, startApp } from "./servers.ts";

const starts = 5;

/** Bytes of a directory's files. */
function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const full = path.join(directory, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(full) : statSync(full).size);
  }, 0);
}

/** From the start of a process to its first answer, database and first connection included. */
export async function coldStart(db: Database, { provider }: Servers): Promise<string> {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const startedAt = performance.now();
    const app = await startApp({});
    const load = asking("the first prediction", `${app.url}/api/v1/prediction/${chatflowId}`, key.token);
    await run(load, 1, 1);
    times.push(performance.now() - startedAt);
    await app.stop();
  }
  const scripts = sizeOf(path.join(root, ".next/static/chunks"));
  return `## Start

From the start of the server's process to its first answered prediction: ${median(times).toFixed(0)} ms (${spread(times)}), ${starts} starts. The size of the prediction's function and its cold start on Vercel are printed by \`npm run test:vercel\`.

All scripts and styles of all pages together have ${(scripts / 1024).toFixed(0)} KiB before compression.
`;
}
