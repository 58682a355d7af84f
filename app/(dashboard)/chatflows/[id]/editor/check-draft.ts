import { updateChatflowSchema } from "@/lib/chatflows/schema";
import type { FieldErrors } from "../use-versioned-draft";
import { type Draft, engineOf } from "./draft";

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
