// As one object, so that the test can count the calls.
import fs from "node:fs";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** The parts of Emscripten's file system that matter here. */
interface Stream {
  /** Node's file descriptor; directories have none. */
  nfd?: number;
  node: object;
}
interface NodeFiles {
  realPath(node: object): string;
  stream_ops: { fsync?: (stream: Stream) => number };
}

/** WASI's errno for EIO: Postgres stops rather than take unsaved data for saved. */
const ioError = 29;

function syncDirectory(directory: string): void {
  try {
    const descriptor = fs.openSync(directory, "r");
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch (error) {
    // Windows has no such thing; Postgres itself shrugs there.
    if (process.platform !== "win32") throw error;
  }
}

function sync(files: NodeFiles, { nfd, node }: Stream): number {
  try {
    if (nfd === undefined) syncDirectory(files.realPath(node));
    else fs.fsyncSync(nfd);
    return 0;
  } catch {
    return ioError;
  }
}

/** PGlite's files on disk, with the fsync that its own file system leaves out. */
class DurableFiles extends NodeFS {
  override async init(...args: Parameters<NodeFS["init"]>) {
    const initialized = await super.init(...args);
    const { preRun } = initialized.emscriptenOpts;
    if (!Array.isArray(preRun)) throw new Error("This version of PGlite mounts its files in another way.");
    preRun.push((module: unknown) => {
      const files = (module as { FS: { filesystems: { NODEFS: NodeFiles } } }).FS.filesystems.NODEFS;
      files.stream_ops.fsync = (stream) => sync(files, stream);
    });
    return initialized;
  }
}

/** PGlite as it starts itself, without its `-F` ("do not wait for the disk"). fdatasync does nothing in WebAssembly. */
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...["-c", "fsync=on", "-c", "wal_sync_method=fsync"],
];

/** Sees to it that everything below a directory is on disk: what initdb has made, which does not wait. */
export function syncTree(directory: string): void {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) {
      syncTree(full);
    } else if (entry.isFile()) {
      const descriptor = fs.openSync(full, "r+");
      fs.fsyncSync(descriptor);
      fs.closeSync(descriptor);
    }
  }
  syncDirectory(directory);
}

/**
 * Options for a PGlite whose commits are on disk before they are acknowledged, so that a power cut
 * loses none of them, as with any Postgres.
 */
export function durable(directory: string) {
  return { fs: new DurableFiles(directory), startParams };
}
