import type { z } from "zod";
import type { Sharing, sharingSchema } from "@/lib/sharing/schema";

/** Settings as the form holds them: lists are texts of one entry a line. */
export interface SharingDraft extends Omit<Sharing, "allowedOrigins" | "starterPrompts" | "perAddressPerMinute"> {
  allowedOrigins: string;
  starterPrompts: string;
  isLimited: boolean;
  perAddressPerMinute: number | string;
}

export function draftOf({ allowedOrigins, starterPrompts, perAddressPerMinute, ...rest }: Sharing): SharingDraft {
  return {
    ...rest,
    allowedOrigins: allowedOrigins.join("\n"),
    starterPrompts: starterPrompts.join("\n"),
    isLimited: perAddressPerMinute !== null,
    perAddressPerMinute: perAddressPerMinute ?? "",
  };
}

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function sharingOf({ isLimited, ...draft }: SharingDraft): z.input<typeof sharingSchema> {
  return {
    ...draft,
    allowedOrigins: linesOf(draft.allowedOrigins),
    starterPrompts: linesOf(draft.starterPrompts),
    // What is no number is refused by the schema, beside its field.
    perAddressPerMinute: isLimited ? (draft.perAddressPerMinute as number) : null,
  };
}

export function isSame(one: SharingDraft, other: SharingDraft): boolean {
  return JSON.stringify(sharingOf(one)) === JSON.stringify(sharingOf(other));
}
