// A child process that is the embedded Postgres: PGlite on the data directory, behind a Unix socket
// only this user can reach. Run by bin/embedded.ts on plain Node, which strips the types.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { withWholeGroups } from "../lib/db/whole-groups.ts";
import { type HolderKind, releaseLock, takeLock } from "./data-lock.ts";
import { durable, syncTree } from "./durable-files.ts";
import type { EmbeddedReport } from "./embedded.ts";

/** Longest path of a Unix socket is 104 bytes on macOS and 108 on Linux, its final NUL included. */
const maxSocketPathBytes = 100;
const socketName = ".s.PGSQL.5432";

const [dataDirectory, kind] = process.argv.slice(2) as [string, HolderKind];

function report(message: EmbeddedReport): void {
  if (process.connected) process.send?.(message);
}

/** A directory only this user can enter, short enough for a socket's path. */
function socketDirectory(): string {
  const own = path.join(dataDirectory, "run");
  if (Buffer.byteLength(path.join(own, socketName)) <= maxSocketPathBytes) {
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own, { mode: 0o700 });
    return own;
  }
  return mkdtempSync(path.join(tmpdir(), "flowlatch-"));
}

async function listen(instance: PGlite) {
  const db = withWholeGroups(instance);
  const maxConnections = 200;
  if (process.platform === "win32") {
    // No Unix sockets for Postgres clients there.
    const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0, maxConnections });
    await server.start();
    return { server, directory: null, url: `postgresql://postgres@${server.getServerConn()}/postgres` };
  }
  const directory = socketDirectory();
  const server = new PGLiteSocketServer({ db, path: path.join(directory, socketName), maxConnections });
  await server.start();
  return { server, directory, url: `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(directory)}` };
}

/** Tells commands beside us where to connect; in place at once, so that none reads half of it. */
function publish(url: string): string {
  const file = path.join(dataDirectory, "address");
  writeFileSync(`${file}.new`, url, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return file;
}

async function main(): Promise<void> {
  const holder = takeLock(dataDirectory, kind);
  if (holder) {
    report({ type: "held", holder });
    return;
  }
  const addressFile = path.join(dataDirectory, "address");
  rmSync(addressFile, { force: true });
  const files = path.join(dataDirectory, "postgres");
  const isNew = !existsSync(files);
  const db = await PGlite.create({ ...durable(files), extensions: { pg_trgm } });
  if (isNew) syncTree(dataDirectory);
  const { server, directory, url } = await listen(db);
  publish(url);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    rmSync(addressFile, { force: true });
    await server.stop();
    await db.close();
    if (directory) rmSync(directory, { recursive: true, force: true });
    releaseLock(dataDirectory);
    process.exit(0);
  };
  process.on("message", stop);
  process.on("disconnect", stop);
  // The parent may have gone while the database was opening.
  if (!process.connected) await stop();
  report({ type: "ready", url });
}

// A terminal sends these to every process; the parent decides when the database may go.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("SIGHUP", () => {});

main().catch((error: Error) => {
  report({ type: "failed", message: error.message });
  releaseLock(dataDirectory);
  process.exitCode = 1;
  process.disconnect?.();
});
