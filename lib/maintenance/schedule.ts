import "server-only";
import { database } from "@/lib/db/client";
import { log } from "@/lib/log";
import { maintenanceTasks } from "@/lib/maintenance/tasks";

/** Refused calls may come by the ten thousand in an hour; the rest would do with a day. */
const everyMs = 60 * 60 * 1000;
/** The first calls after a start are served before it. */
const firstAfterMs = 15_000;

const shared = globalThis as { flowlatchMaintenance?: NodeJS.Timeout };

/** Does every task once. One that fails does not keep the others from being done. */
export async function maintain(): Promise<void> {
  for (const { what, run } of maintenanceTasks) {
    try {
      const { deleted } = await run(database(), new Date());
      if (deleted > 0) log().info({ what, deleted }, "maintenance deleted what is no longer kept");
    } catch (error) {
      // The next run, or another instance's, deletes what this one could not.
      log().warn({ what, err: error }, "maintenance could not be done");
    }
  }
}

/** Maintenance a moment after the start, and once an hour from then on. Once a process. */
export function scheduleMaintenance(): void {
  if (shared.flowlatchMaintenance) return;
  shared.flowlatchMaintenance = setInterval(maintain, everyMs).unref();
  setTimeout(maintain, firstAfterMs).unref();
}
