import type { SourceDocument } from "@/lib/engines/engine";

/** Where a passage is from, for people: document › heading. */
export function originOf({ metadata }: Pick<SourceDocument, "metadata">): string {
  return [metadata.source, metadata.heading].filter(Boolean).join(" › ");
}
