import "server-only";
import { database } from "@/lib/db/client";
import { log } from "@/lib/log";
import { pruneEveryWorkspace } from "@/lib/sessions/retention";

const everyMs = 24 * 60 * 60 * 1000;
/** The first calls after a start are served before it. */
const firstAfterMs = 15_000;

const shared = globalThis as { flowlatchRetention?: NodeJS.Timeout };

async function prune(): Promise<void> {
  try {
    const { deleted } = await pruneEveryWorkspace(database(), new Date());
    if (deleted > 0) log().info({ deleted }, "expired predictions were deleted");
  } catch (error) {
    // Tomorrow's run, or another instance's, deletes what this one could not.
    log().warn({ err: error }, "expired predictions could not be deleted");
  }
}

/** Deletes expired predictions a moment after the start, and once a day from then on. Once a process. */
export function scheduleRetention(): void {
  if (shared.flowlatchRetention) return;
  shared.flowlatchRetention = setInterval(prune, everyMs).unref();
  setTimeout(prune, firstAfterMs).unref();
}
