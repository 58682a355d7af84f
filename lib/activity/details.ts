import type { ActivityEvent } from "@/lib/activity/schema";
import { describeLimit, limitSchema } from "@/lib/api-keys/limits";
import { sayTime } from "@/lib/api-keys/times";

/** One thing that an event tells of a change. Null where it had no value. */
export interface DetailLine {
  label: string;
  before: string | null;
  after: string | null;
  /** Whether it is a change at all, and not only something the event mentions. */
  isChange: boolean;
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** "oldTokenStops" is "Old token stops". */
function labelOf(field: string): string {
  const words = field.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** A recorded value as people read it; null where there is none. */
function say(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return isoTime.test(value) ? sayTime(new Date(value)) : value;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((one) => say(one) ?? "none").join(", ");
  const fields = value as Fields;
  const limit = limitSchema.safeParse(value);
  if (limit.success) return describeLimit(limit.data);
  // What is named is known by its name; its id is in the exported event.
  if (typeof fields.name === "string") return fields.name;
  return Object.entries(fields)
    .map(([name, one]) => `${labelOf(name).toLowerCase()} ${say(one) ?? "none"}`)
    .join(", ");
}

/** What an event recorded, a line for each field. Fields that nobody has words for are spelt out. */
export function detailLines({ detail }: Pick<ActivityEvent, "detail">): DetailLine[] {
  if (!isFields(detail)) return [];
  const { before, after, ...rest } = detail as Fields;
  const [was, is] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((field) => ({ label: labelOf(field), before: say(was[field]), after: say(is[field]), isChange: true }))
    .filter((line) => line.before !== line.after);
  const mentioned = Object.entries(rest)
    .map(([field, value]) => ({ label: labelOf(field), before: null, after: say(value), isChange: false }))
    .filter(({ after: text }) => text !== null);
  return [...changed, ...mentioned];
}
