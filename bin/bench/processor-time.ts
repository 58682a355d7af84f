import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel's own clock does (proc_pid_stat(5), sysconf(3)). */
const msPerTick = 10;

/** Processor time of one process so far, in milliseconds, its threads included; 0 where the system does not tell. */
function ofProcess(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * msPerTick;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Processor time of processes and their children so far, in milliseconds. */
export function processorTime(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + ofProcess(pid) + processorTime(childrenOf(pid)), 0);
}

/** Memory that a process holds, in bytes (VmRSS); 0 where the system does not tell. */
export function memoryOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
