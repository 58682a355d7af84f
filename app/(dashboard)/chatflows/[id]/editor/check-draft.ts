import { updateChatflowSchema } from "@/lib/chatflows/schema";
import { type Draft, engineOf } from "./draft";

/** Errors by the path of their field, such as "name" or "engine.variables.0.name". */
export type FieldErrors = Record<string, string>;

/**
 * Checks a draft with the server's own schema, every field of it. Loaded when something is saved or
 * tried, and not with the page: the schemas are most of its code.
 */
export function checkDraft(id: string, version: number, draft: Draft) {
  const { success, data, error } = updateChatflowSchema.safeParse({
    id,
    version,
    name: draft.name,
    engine: engineOf(draft),
  });
  if (success) return { data, errors: null };
  const errors: FieldErrors = {};
  for (const { path, message } of error.issues) errors[path.join(".")] ??= message;
  return { data: null, errors };
}
