import type { SourceDocument } from "@/lib/engines/engine";
import { sourceName } from "@/lib/engines/source-name";

/** Where a passage is from, for people: document › heading; "" where it does not say. */
export function originOf({ metadata }: Pick<SourceDocument, "metadata">): string {
  return sourceName(metadata);
}
