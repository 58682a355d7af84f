import "server-only";
import { database } from "@/lib/db/client";
import { log } from "@/lib/log";
import { always } from "@/lib/maintenance/batches";
import { maintenanceTasks } from "@/lib/maintenance/tasks";

/** What a round of the maintenance came to. */
export interface MaintenanceReport {
  /** Rows deleted, by what they were. */
  deleted: Record<string, number>;
  /** What could not be done; the log has why. */
  failed: string[];
  /** Whether there was time for all of it. What was left is for the next round. */
  isComplete: boolean;
}

/** Does every task once. One that fails does not keep the others from being done. */
export async function maintain(mayGoOn = always): Promise<MaintenanceReport> {
  const report: MaintenanceReport = { deleted: {}, failed: [], isComplete: true };
  for (const { what, run } of maintenanceTasks) {
    try {
      const { deleted } = await run(database(), new Date(), mayGoOn);
      report.deleted[what] = deleted;
      if (deleted > 0) log().info({ what, deleted }, "maintenance deleted what is no longer kept");
    } catch (error) {
      report.failed.push(what);
      // The next run, or another instance's, deletes what this one could not.
      log().warn({ what, err: error }, "maintenance could not be done");
    }
  }
  return { ...report, isComplete: mayGoOn() };
}
