import path from "node:path";
import { root, type Settings } from "./deployment.ts";

/** How Node is called to serve (bin/serve.ts), and the environment it is to have. */
export function serveCommand(settings: Settings, mode: "dev" | "start"): { args: string[]; env: NodeJS.ProcessEnv } {
  const { FLOWLATCH_HOST: host, PORT: port, FLOWLATCH_DRAIN_SECONDS: drain } = settings;
  const NODE_ENV = mode === "dev" ? "development" : "production";
  return {
    args: [path.join(root, "bin/serve.ts"), mode, host, String(port), String(drain)],
    env: { ...process.env, NODE_ENV, NEXT_TELEMETRY_DISABLED: "1" },
  };
}
