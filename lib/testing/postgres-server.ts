import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@/lib/testing/free-port";

/** The newest Postgres that Debian's packages have put here. */
function binaries(): string {
  const found = globSync("/usr/lib/postgresql/*/bin/initdb").sort().at(-1);
  if (found) return path.dirname(found);
  throw new Error("There is no Postgres server here: install one, or name one with TEST_DATABASE_URL.");
}

/** Postgres refuses to run as root. */
function asPostgres(program: string, args: string[]): void {
  const [command, ...all] = process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--", program] : [program];
  execFileSync(command as string, [...all, ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** Starts an empty Postgres of one's own on a free loopback port, which keeps nothing after a crash. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const bin = binaries();
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-postgres-"));
  const data = path.join(directory, "data");
  mkdirSync(data);
  chmodSync(directory, 0o711);
  if (process.getuid?.() === 0) {
    const id = (of: string) => Number(spawnSync("id", [of, "postgres"], { encoding: "utf8" }).stdout);
    chownSync(data, id("-u"), id("-g"));
  }
  const port = await freePort();
  asPostgres(path.join(bin, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const options = `-p ${port} -k ${data} -c listen_addresses=127.0.0.1 -c fsync=off`;
  asPostgres(path.join(bin, "pg_ctl"), ["-D", data, "-w", "-l", path.join(data, "log"), "-o", options, "start"]);
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      asPostgres(path.join(bin, "pg_ctl"), ["-D", data, "-m", "immediate", "stop"]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
