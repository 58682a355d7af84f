import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildApp, isBuilt } from "@/bin/build-app";
import { assembleTree } from "@/bin/tree/assemble-tree";
import { eventually } from "@/lib/testing/eventually";
import { freePort } from "@/lib/testing/free-port";

const root = path.resolve(import.meta.dirname, "../..");
const isRoot = process.getuid?.() === 0;
/** The user "nobody" of every system. */
const nobody = 65_534;

/** What a server of a container is given. */
export type TreeEnvironment = Record<string, string>;

/** A production tree as a container has it. */
export interface AssembledTree {
  /** Where it lies. */
  directory: string;
  /** Starts a program of it, in an environment of nothing but what is given. */
  start(args: string[], environment: TreeEnvironment): ChildProcess;
  /** Every file with its size and its times. */
  list(): string[];
  remove(): void;
}

/** Node, and the libraries that it is linked to: all that an image has beside the tree. */
function bringNode(jail: string): void {
  const node = realpathSync(process.execPath);
  const libraries = execFileSync("ldd", [node], { encoding: "utf8" }).match(/\/\S+(?= \()/g) ?? [];
  for (const library of libraries) {
    mkdirSync(path.join(jail, path.dirname(library)), { recursive: true });
    copyFileSync(library, path.join(jail, library));
  }
  mkdirSync(path.join(jail, "bin"), { recursive: true });
  copyFileSync(node, path.join(jail, "bin/node"));
}

/**
 * Assembles the tree of this project's build, which is made if there is none, in a place where nothing is written.
 * Where these tests run as root, what is started sees no other file of this machine than the tree and Node, and is
 * nobody.
 */
export async function assembledTree(): Promise<AssembledTree> {
  const jail = mkdtempSync(path.join(tmpdir(), "flowlatch-tree-"));
  const directory = path.join(jail, "app");
  if (!isBuilt(root)) await buildApp(root);
  await assembleTree(root, directory);
  if (isRoot) bringNode(jail);
  execFileSync("chmod", ["-R", "a+rX,a-w", jail]);
  const [program, before, home] = isRoot
    ? ["chroot", [`--userspec=${nobody}:${nobody}`, jail, "/bin/node"], "/app"]
    : [process.execPath, [], directory];
  const loaders = ["--import", `${home}/bin/resolve-imports.mjs`, "--conditions=react-server"];
  return {
    directory,
    start: ([script = "", ...args], environment) =>
      spawn(program, [...before, ...loaders, `${home}/${script}`, ...args], {
        cwd: "/",
        env: { PATH: process.env.PATH, NODE_ENV: "production", ...environment },
      }),
    list: () =>
      readdirSync(jail, { recursive: true, encoding: "utf8" }).map((name) => {
        const file = path.join(jail, name);
        const { size, mtimeMs } = existsSync(file) ? statSync(file) : { size: 0, mtimeMs: 0 };
        return `${name} ${size} ${mtimeMs}`;
      }),
    remove: () => {
      execFileSync("chmod", ["-R", "u+w", jail]);
      rmSync(jail, { recursive: true });
    },
  };
}

/** How a process ended, and all it said. */
export interface Ended {
  code: number | null;
  output: string;
}

/** Waits for a process to end. Listen from its start on: what it says is kept from then. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

/** A server of the tree, as one container is. It keeps its port over restarts. */
export class TreeServer {
  private child: ChildProcess | null = null;
  private end: Promise<Ended> = Promise.resolve({ code: null, output: "" });

  readonly port: number;
  private readonly tree: AssembledTree;
  private readonly environment: TreeEnvironment;

  private constructor(tree: AssembledTree, port: number, environment: TreeEnvironment) {
    this.tree = tree;
    this.port = port;
    this.environment = environment;
  }

  static async start(tree: AssembledTree, environment: TreeEnvironment): Promise<TreeServer> {
    const server = new TreeServer(tree, await freePort(), environment);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, and waits until it can answer calls. */
  async start(): Promise<void> {
    const child = this.tree.start(["bin/container.ts"], { PORT: String(this.port), ...this.environment });
    this.child = child;
    this.end = ended(child);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`The server ended:\n${(await this.end).output}`);
      const ready = await fetch(`${this.url}/api/health/ready`).catch(() => null);
      return ready?.ok || null;
    });
  }

  /** Ends it as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.child?.kill("SIGKILL");
    await this.end;
  }

  /** Says what a container engine says first, and waits for the end. */
  async stop(): Promise<Ended> {
    this.child?.kill("SIGTERM");
    return await this.end;
  }
}
