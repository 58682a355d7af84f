import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

const root = path.resolve(import.meta.dirname, "../..");

/** Starts another process that serves the API on this database, with this process's secrets unless others are given. */
export async function startSecondInstance(
  databaseUrl: string,
  secrets: Record<string, string> = {},
): Promise<{ url: string; stop(): Promise<void> }> {
  const args = ["--conditions=react-server", "--import", "./bin/resolve-imports.mjs", "lib/testing/route-server.ts"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, DATABASE_URL: databaseUrl, ...secrets },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const firstLine = new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve));
  const url = await Promise.race([firstLine, ended]);
  if (url === undefined) throw new Error("The second instance ended before it served.");
  return {
    url,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
