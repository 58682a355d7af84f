import { z } from "zod";
import type { Prisma } from "@/lib/db/client";

/** Filters of an address. What is malformed is dropped, not refused. */
export const cursorText = z.string().max(500).optional().catch(undefined);
/** A UTC day, `2026-11-25`, or a moment, `2026-11-25T08:00:00Z`. */
export const dayOrMoment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .optional()
  .catch(undefined);
/** Postgres text cannot hold NUL, so nothing can match it. */
export const searchText = z
  .string()
  .max(5_000)
  .transform((text) => text.replaceAll("\0", "").toWellFormed().trim())
  .catch("")
  .default("");
const id = z.guid().toLowerCase().optional().catch(undefined);

/** Who is meant besides one person or one key: everybody on the command line, every key over the API, Flowlatch itself. */
export const actorGroups = ["command-line", "api", "flowlatch"] as const;

export const activityFilterSchema = z.object({
  /** A part of a name, an id, or a request id, also within what somebody pasted. */
  search: searchText,
  /** Id of the key, chatflow, provider or person that was changed. */
  targetId: id,
  /** Id of an operator or a key, or one of `actorGroups`. */
  actor: z
    .union([z.enum(actorGroups), z.guid().toLowerCase()])
    .optional()
    .catch(undefined),
  /** An action, such as `api_key.created`, or the kind of what was changed, such as `api_key`. */
  action: z
    .string()
    .regex(/^[a-z_]{1,40}(\.[a-z_]{1,60})?$/)
    .optional()
    .catch(undefined),
  from: dayOrMoment,
  /** The whole of that day, or up to that moment. */
  to: dayOrMoment,
});
export type ActivityFilter = z.output<typeof activityFilterSchema>;

export const listActivitySchema = activityFilterSchema.extend({ after: cursorText, before: cursorText });
export type ListActivityInput = z.input<typeof listActivitySchema>;

/** The moments that two filters enclose, the second one not included. */
export function momentsOf({ from, to }: Pick<ActivityFilter, "from" | "to">): {
  since: Date | null;
  until: Date | null;
} {
  const isDay = (text: string) => !text.includes("T");
  const until = to === undefined ? null : new Date(to);
  if (until && to && isDay(to)) until.setUTCDate(until.getUTCDate() + 1);
  return { since: from === undefined ? null : new Date(from), until };
}

export interface ActivityActor {
  kind: "operator" | "api_key" | "command_line" | "flowlatch";
  /** Of the operator or the key. */
  id: string | null;
  name: string;
}

/** One change, and who made it. */
export interface ActivityEvent {
  id: string;
  at: Date;
  actor: ActivityActor;
  /** See lib/activity/actions.ts. */
  action: string;
  /** `exists`: whether it is still there to be looked at. */
  target: { kind: string; id: string; name: string; exists: boolean };
  /** What changed, as the use case recorded it. */
  detail: Prisma.JsonValue;
  requestId: string;
  /** Null from the command line, and where it is not known. */
  address: string | null;
}
