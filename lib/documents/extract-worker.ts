// Reads one file in a thread of its own, so that a hostile one can be given up (extract.ts).
import { parentPort, workerData } from "node:worker_threads";
import { htmlToMarkdown } from "./html.ts";
import { pdfPages } from "./pdf.ts";
import { UnreadableFile } from "./unreadable-file.ts";

export type ExtractJob =
  | { kind: "html"; text: string }
  | { kind: "pdf"; bytes: Uint8Array; pagesMax: number; textMax: number };

/** HTML as one Markdown text, a PDF as its pages. */
export type ExtractResult =
  | { ok: true; texts: string[] }
  | { ok: false; reason: UnreadableFile["reason"]; pages: number };

async function extract(job: ExtractJob): Promise<ExtractResult> {
  try {
    return { ok: true, texts: job.kind === "html" ? [htmlToMarkdown(job.text)] : await pdfPages(job.bytes, job) };
  } catch (error) {
    if (error instanceof UnreadableFile) return { ok: false, reason: error.reason, pages: error.pages };
    return { ok: false, reason: error instanceof RangeError ? "nested" : "broken", pages: 0 };
  }
}

parentPort?.postMessage(await extract(workerData as ExtractJob));
