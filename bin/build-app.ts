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
  "docs/guide",
  "public",
  "prisma/schema.prisma",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.js",
  "package-lock.json",
  "tsconfig.json",
];
const ignored = /(\.test\.tsx?|[/\\](generated|testing))$/;

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

/**
 * Next's configuration as a build was made with it.
 * @throws when there is no finished build
 */
export function builtConfig(root: string): object {
  const { config } = JSON.parse(readFileSync(path.join(root, ".next/required-server-files.json"), "utf8"));
  return { ...config, distDir: ".next" };
}

/**
 * A build needs no configuration, so it is given none: nothing secret can end up in it. What Next would make up for
 * each build comes from the sources, so that two machines that build the same get the same server actions; servers
 * encrypt with a key of their own (bin/deployment.ts). Vercel, where no server is started, sets both by itself.
 */
function buildEnvironment(source: NodeJS.ProcessEnv, digest: string): NodeJS.ProcessEnv {
  const kept = Object.entries(source).filter(([name]) => !/^(FLOWLATCH_|DATABASE_URL$|NEXTAUTH_)/.test(name));
  const ofSources = {
    NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: Buffer.from(digest, "hex").toString("base64"),
    // Of the same sources the same: a page goes on with another instance's answer, and loads anew at a new version.
    NEXT_DEPLOYMENT_ID: digest.slice(0, 12),
  };
  return {
    ...Object.fromEntries(kept),
    ...(source.VERCEL ? {} : ofSources),
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  };
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
    env: buildEnvironment(process.env, digest),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  // Whoever is stopped while it builds leaves nothing behind that goes on.
  const end = () => child.kill();
  process.once("exit", end);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  process.off("exit", end);
  if (code !== 0) throw new StopError(`The build failed:\n${output}`);
  writeFileSync(stampFile(root), digest);
}
