import "server-only";
import { Worker } from "node:worker_threads";
import type { ExtractJob, ExtractResult } from "./extract-worker.ts";
import { UnreadableFile, type UnreadableReason } from "./unreadable-file.ts";

/** A file that takes longer is given up. */
const timeLimitMs = 30_000;
const memoryLimitMb = 512;
/** Files read at a time; others wait. */
const atOnce = 2;

let reading = 0;
const waiting: (() => void)[] = [];

/** Runs one job in a thread that is ended when it is too slow or wants too much memory. */
async function runWorker(job: ExtractJob, limitMs: number): Promise<ExtractResult> {
  const worker = new Worker(new URL("./extract-worker.ts", import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    // What a library prints about a file is nobody's business.
    stdout: true,
    stderr: true,
  });
  let timer: NodeJS.Timeout | undefined;
  const failed = (reason: UnreadableReason): ExtractResult => ({ ok: false, reason, pages: 0 });
  try {
    return await new Promise<ExtractResult>((resolve, reject) => {
      timer = setTimeout(() => resolve(failed("too-slow")), limitMs);
      worker.once("message", resolve);
      worker.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "ERR_WORKER_OUT_OF_MEMORY" ? resolve(failed("too-slow")) : reject(error),
      );
      worker.once("exit", () => resolve(failed("broken")));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/**
 * The text of a web page (as Markdown) or of a PDF (page by page), read outside this thread: a file
 * made to keep its reader busy costs this process nothing but a time limit.
 * @throws UnreadableFile
 */
export async function extractTexts(job: ExtractJob, limitMs = timeLimitMs): Promise<string[]> {
  // Asked again once woken: another may have come between.
  while (reading >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  reading += 1;
  try {
    const result = await runWorker(job, limitMs);
    if (!result.ok) throw new UnreadableFile(result.reason, result.pages);
    return result.texts;
  } finally {
    reading -= 1;
    waiting.shift()?.();
  }
}
