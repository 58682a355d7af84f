import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What holds a data directory. A server keeps it; a command lets go in a moment. */
export type HolderKind = "server" | "command";

export interface Holder {
  pid: number;
  /** Tells this process from a later one with the same pid; null where the system does not say. */
  startedAt: string | null;
  kind: HolderKind;
}

export function lockFile(dataDirectory: string): string {
  return path.join(dataDirectory, "lock");
}

/** When a process began, as boot and clock ticks since (Linux): pids come back, in containers always the same. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields after the command's name, which stands in parentheses and may hold anything. See proc_pid_stat(5).
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${ticks}`;
  } catch {
    return null;
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startedAt === null || startOf(pid) === startedAt;
}

/** The living process that holds the directory, or null. */
export function holderOf(dataDirectory: string): Holder | null {
  try {
    const holder: Holder = JSON.parse(readFileSync(lockFile(dataDirectory), "utf8"));
    return isAlive(holder) ? holder : null;
  } catch {
    return null;
  }
}

/** Moves a dead process's lock away; puts it back if it turns out to be a living one's, taken meanwhile. */
function removeStale(dataDirectory: string): void {
  const aside = `${lockFile(dataDirectory)}.${process.pid}.stale`;
  try {
    renameSync(lockFile(dataDirectory), aside);
  } catch {
    return;
  }
  try {
    const holder: Holder = JSON.parse(readFileSync(aside, "utf8"));
    if (isAlive(holder)) linkSync(aside, lockFile(dataDirectory));
  } catch {
    // Unreadable: nobody holds it.
  }
  rmSync(aside, { force: true });
}

/**
 * Takes the directory for this process, or tells who has it.
 * @returns null when taken, else the living holder
 */
export function takeLock(dataDirectory: string, kind: HolderKind): Holder | null {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const own: Holder = { pid: process.pid, startedAt: startOf(process.pid), kind };
  const draft = `${lockFile(dataDirectory)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    // A link appears with its content or not at all, and fails if the name is taken.
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(draft, lockFile(dataDirectory));
        return null;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = holderOf(dataDirectory);
      if (holder) return holder;
      removeStale(dataDirectory);
    }
    throw new Error(`The lock ${lockFile(dataDirectory)} could not be taken.`);
  } finally {
    unlinkSync(draft);
  }
}

/** Lets go, if this process holds it. */
export function releaseLock(dataDirectory: string): void {
  if (holderOf(dataDirectory)?.pid === process.pid) rmSync(lockFile(dataDirectory), { force: true });
}
