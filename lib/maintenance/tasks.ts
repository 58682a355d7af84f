import "server-only";
import { pruneEndedSecrets } from "@/lib/api-keys/secrets";
import { pruneEndedSessions } from "@/lib/auth/ended-sessions";
import { pruneFailedSignIns } from "@/lib/auth/prune-sign-ins";
import type { Database } from "@/lib/db/client";
import type { MayGoOn } from "@/lib/maintenance/batches";
import { pruneRefusedCalls } from "@/lib/refused-calls/prune";
import { pruneEveryWorkspace } from "@/lib/sessions/retention";
import { pruneShares } from "@/lib/shares/service";
import { pruneVisitorCounters } from "@/lib/sharing/visitors";

interface MaintenanceTask {
  /** What it deletes, as log lines call it. */
  what: string;
  run(db: Database, now: Date, mayGoOn: MayGoOn): Promise<{ deleted: number }>;
}

/** What a deployment forgets by itself. Each works in small batches, and on several instances at once. */
export const maintenanceTasks: MaintenanceTask[] = [
  { what: "expired predictions", run: pruneEveryWorkspace },
  { what: "refused calls", run: pruneRefusedCalls },
  { what: "ended secrets", run: pruneEndedSecrets },
  { what: "shared tokens that nobody opened", run: pruneShares },
  { what: "counters of visitors", run: pruneVisitorCounters },
  { what: "failed sign-ins", run: pruneFailedSignIns },
  { what: "sessions that were signed out of", run: pruneEndedSessions },
];
