import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { freePort } from "@/lib/testing/free-port";
import { npmExec } from "@/lib/testing/npm-exec";
import { root } from "../deployment.ts";
import type { Load } from "./load.ts";
import type { Running } from "./servers.ts";

const gateway = "@portkey-ai/gateway@1.15.2";
const longestStartMs = 120_000;

/** Portkey's open-source gateway, as it stands; null where npm does not bring it. */
export async function startPortkey(): Promise<Running | null> {
  const port = await freePort();
  const { args, env } = npmExec(gateway, "gateway", "--headless", `--port=${port}`);
  const child = spawn("npm", args, {
    // npm passes no signal on to what it runs.
    detached: true,
    stdio: "ignore",
    env: {
      ...env,
      NODE_ENV: "production",
      NODE_OPTIONS: `--import=${pathToFileURL(path.join(root, "bin/bench/loopback.mjs")).href}`,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || !child.pid) return;
    const exited = once(child, "exit");
    process.kill(-child.pid, "SIGTERM");
    await exited;
  };
  const givenUpAt = performance.now() + longestStartMs;
  while (child.exitCode === null && performance.now() < givenUpAt) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return { url, pid: child.pid, stop };
    await sleep(200);
  }
  await stop();
  return null;
}

/** The question that the others are asked, in OpenAI's words. */
export function throughPortkey(portkey: Running, provider: Running): Load {
  return {
    name: "Portkey's gateway: the model, no key, no record",
    url: `${portkey.url}/v1/chat/completions`,
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: "Bearer of-the-stand-in",
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `${provider.url}/v1`,
    },
    body: JSON.stringify({ model: "bench", messages: [{ role: "user", content: "When does the workshop open?" }] }),
    status: 200,
  };
}
