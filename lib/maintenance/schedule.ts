import "server-only";
import { maintain } from "@/lib/maintenance/maintain";

/** Refused calls may come by the ten thousand in an hour; the rest would do with a day. */
const everyMs = 60 * 60 * 1000;
/** The first calls after a start are served before it. */
const firstAfterMs = 15_000;

const shared = globalThis as { flowlatchMaintenance?: NodeJS.Timeout };

/** Maintenance a moment after the start, and once an hour from then on. Once a process. */
export function scheduleMaintenance(): void {
  if (shared.flowlatchMaintenance) return;
  shared.flowlatchMaintenance = setInterval(() => void maintain(), everyMs).unref();
  setTimeout(() => void maintain(), firstAfterMs).unref();
}
