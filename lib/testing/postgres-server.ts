import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@/lib/testing/free-port";

const isRoot = process.getuid?.() === 0;

/** Of the newest Postgres that Debian's packages have put here. */
function newestInitdb(): string | undefined {
  return globSync("/usr/lib/postgresql/*/bin/initdb").sort().at(-1);
}

/** Whether this machine has a Postgres server to start. */
export function hasPostgres(): boolean {
  return newestInitdb() !== undefined;
}

function binaries(): string {
  const found = newestInitdb();
  if (found) return path.dirname(found);
  throw new Error("There is no Postgres server here: install one, or name one with TEST_DATABASE_URL.");
}

/** Postgres refuses to run as root. */
function asPostgres(program: string, args: string[]): void {
  const [command, ...all] = isRoot ? ["runuser", "-u", "postgres", "--", program] : [program];
  execFileSync(command as string, [...all, ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

function giveToPostgres(directory: string): void {
  if (!isRoot) return;
  const id = (of: string) => Number(spawnSync("id", [of, "postgres"], { encoding: "utf8" }).stdout);
  chownSync(directory, id("-u"), id("-g"));
}

/** A Postgres of one's own, and what can happen to one. */
export interface TestPostgres {
  url: string;
  /** Of the process that its others are children of, as it was started. */
  pid: number;
  /** Its volume is full from now on; false where it has none of its own. */
  fillVolume(): boolean;
  /** There is room again. */
  clearVolume(): void;
  /** Ends all of its processes at once, as a machine that goes out. */
  kill(): void;
  /** Lets none of its processes do anything, with their connections open, until `resume`. */
  freeze(): void;
  resume(): void;
  /** Starts it again at the same address, on what its disk holds, if it does not run. */
  start(): void;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Whether it waits for the disk, as a server of production does: then what it has acknowledged outlives this machine. */
  isDurable?: boolean;
  /** Size of a volume of its own, in MB: where this user may mount one. */
  volumeMb?: number;
}

/** Whether the directory is a volume of its own now. */
function mounted(directory: string, sizeMb: number): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMb}m`, "tmpfs", directory]).status === 0;
}

/**
 * Starts an empty Postgres of one's own on a free loopback port. What it has acknowledged it keeps when it is
 * killed, but, unless it is durable, not when this machine is.
 */
export async function startPostgres({ volumeMb, isDurable = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const bin = binaries();
  const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-postgres-"));
  chmodSync(directory, 0o711);
  const volume = path.join(directory, "volume");
  mkdirSync(volume);
  const hasVolume = volumeMb !== undefined && mounted(volume, volumeMb);
  chmodSync(volume, 0o711);
  const data = path.join(volume, "data");
  mkdirSync(data);
  giveToPostgres(data);
  const port = await freePort();
  asPostgres(path.join(bin, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const options = `-p ${port} -k ${data} -c listen_addresses=127.0.0.1 -c fsync=${isDurable ? "on" : "off"}`;
  const control = (...args: string[]) => asPostgres(path.join(bin, "pg_ctl"), ["-D", data, ...args]);
  const start = () => control("-w", "-l", path.join(data, "log"), "-o", options, "start");
  start();

  const postmaster = () => Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  const processes = () => {
    const pid = postmaster();
    // So that it makes no other while they are counted.
    process.kill(pid, "SIGSTOP");
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return [pid, ...children.map(Number)];
  };
  const signalAll = (signal: NodeJS.Signals) => {
    for (const pid of processes()) process.kill(pid, signal);
  };
  const isRunning = () =>
    spawnSync(path.join(bin, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).status === 0;
  const ballast = path.join(volume, "ballast");
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    pid: postmaster(),
    fillVolume() {
      if (!hasVolume) return false;
      spawnSync("dd", ["if=/dev/zero", `of=${ballast}`, "bs=64k"]);
      return true;
    },
    clearVolume: () => rmSync(ballast, { force: true }),
    kill: () => signalAll("SIGKILL"),
    freeze: () => signalAll("SIGSTOP"),
    resume: () => signalAll("SIGCONT"),
    start: () => {
      // The memory that its processes shared goes when the last of them is gone.
      for (let attempt = 1; !isRunning(); attempt++) {
        try {
          start();
        } catch (error) {
          if (attempt === 10) throw error;
          spawnSync("sleep", ["0.3"]);
        }
      }
    },
    stop: async () => {
      if (isRunning()) control("-m", "immediate", "stop");
      if (hasVolume) spawnSync("umount", ["-l", volume]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
