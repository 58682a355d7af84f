import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StopError } from "./stop-error.ts";

/** What a build is made of. Tests and generated code change nothing in it. */
const sources = [
  "app",
  "components",
  "lib",
  "docs",
  "public",
  "prisma/schema.prisma",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.js",
  "package-lock.json",
  "tsconfig.json",
];
const ignored = /(\.test\.tsx?|[/\\]generated)$/;

function filesOf(root: string, name: string): string[] {
  const full = path.join(root, name);
  if (ignored.test(full) || !existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [name];
  return readdirSync(full)
    .sort()
    .flatMap((entry) => filesOf(root, path.join(name, entry)));
}

/** A digest of everything the build reads. */
export function sourceDigest(root: string): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((name) => filesOf(root, name))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function stampFile(root: string): string {
  return path.join(root, ".next/flowlatch-sources");
}

/** Whether `.next` holds a finished build of these sources. */
export function isBuilt(root: string): boolean {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, "utf8") === sourceDigest(root);
}

/** A build needs no configuration, so it is given none: nothing secret can end up in it. */
function buildEnvironment(source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(source).filter(([name]) => !/^(FLOWLATCH_|DATABASE_URL$|NEXTAUTH_)/.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
}

/**
 * Builds the app for production.
 * @throws StopError with the build's own output when it fails
 */
export async function buildApp(root: string): Promise<void> {
  const digest = sourceDigest(root);
  rmSync(stampFile(root), { force: true });
  const next = path.join(root, "node_modules/next/dist/bin/next");
  const child = spawn(process.execPath, [next, "build"], {
    cwd: root,
    env: buildEnvironment(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new StopError(`The build failed:\n${output}`);
  writeFileSync(stampFile(root), digest);
}
