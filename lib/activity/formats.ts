import type { ActivityEvent } from "@/lib/activity/schema";
import type { ExportShape } from "@/lib/export/formats";

/** How events are exported. */
export const activityExport: ExportShape<ActivityEvent> = {
  columns: [
    ["time", ({ at }) => at.toISOString()],
    ["actor_kind", ({ actor }) => actor.kind],
    ["actor_id", ({ actor }) => actor.id],
    ["actor", ({ actor }) => actor.name],
    ["action", ({ action }) => action],
    ["target_kind", ({ target }) => target.kind],
    ["target_id", ({ target }) => target.id],
    ["target", ({ target }) => target.name],
    ["detail", ({ detail }) => JSON.stringify(detail)],
    ["address", ({ address }) => address],
    ["request_id", ({ requestId }) => requestId],
  ],
  json: ({ id, at, actor, action, target, detail, address, requestId }) => ({
    ...{ id, time: at, actor, action, target, detail, address, requestId },
  }),
};
