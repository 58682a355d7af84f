import { setSharingSchema } from "@/lib/sharing/schema";
import type { FieldErrors } from "../../use-versioned-draft";
import { type SharingDraft, sharingOf } from "./sharing-draft";

/** A list's entries share one field. */
const fieldOf = (path: PropertyKey[]) =>
  path.filter((part) => typeof part === "string" && part !== "sharing").join(".");

/** Checks a draft with the server's own schema. Loaded when something is saved, and not with the page. */
export function checkSharing(chatflowId: string, version: number, draft: SharingDraft) {
  const { data, error } = setSharingSchema.safeParse({ chatflowId, version, sharing: sharingOf(draft) });
  if (data) return { data, errors: null };
  const errors: FieldErrors = {};
  for (const { path, message } of error.issues) errors[fieldOf(path)] ??= message;
  return { data: null, errors };
}
