import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { npmExec } from "@/lib/testing/npm-exec";

declare module "vitest" {
  interface ProvidedContext {
    /** The Build Output's directory. */
    vercelOutput: string;
  }
}

const root = path.resolve(import.meta.dirname, "../../..");
/** Not a package of this project: 180 MB that only this test needs. */
const cli = "vercel@54.21.1";

/** The project as `vercel link` would have it, for a machine without an account. */
const link = { projectId: "none", orgId: "none", settings: { framework: "nextjs", nodeVersion: "24.x" } };

/** vercel.json as it is, but that nothing is installed again and a build of the same sources is used again. */
function localConfig(): string {
  const config = JSON.parse(readFileSync(path.join(root, "vercel.json"), "utf8"));
  return JSON.stringify({ ...config, installCommand: "true", buildCommand: `${config.buildCommand} -- --if-needed` });
}

/** Makes the Build Output with Vercel's own command line, and gives the tests its directory. */
export default function setup(project: TestProject) {
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-vercel-"));
  const linkFile = path.join(root, ".vercel/project.json");
  const isLinked = existsSync(linkFile);
  if (!isLinked) {
    mkdirSync(path.dirname(linkFile), { recursive: true });
    writeFileSync(linkFile, JSON.stringify(link));
  }
  const configFile = path.join(directory, "vercel.json");
  writeFileSync(configFile, localConfig());
  const output = path.join(directory, "output");
  const options = ["--local-config", configFile, "--global-config", path.join(directory, "cli"), "--output", output];
  try {
    const { args, env } = npmExec(cli, "vercel", "build", "--yes", "--prod", "--token", "none", ...options);
    execFileSync("npm", args, { cwd: root, stdio: "inherit", env: { ...env, VERCEL_TELEMETRY_DISABLED: "1" } });
  } finally {
    // Else a later `vercel deploy` would take it for a project of somebody's.
    if (!isLinked) rmSync(linkFile);
  }
  project.provide("vercelOutput", output);
  return () => rmSync(directory, { recursive: true, force: true });
}
