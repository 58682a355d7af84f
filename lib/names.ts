import { z } from "zod";
import { pastedToken } from "@/lib/api-keys/pasted-token";

/** Longest name of a key or chatflow, in characters (Unicode code points). */
export const nameMaxLength = 64;

/**
 * A name as compared and searched: compatibility forms and case folded, so that "Ａcme", "acme" and
 * "ACME" are one. Done here and not in SQL because `lower()` depends on the database's locale.
 */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** Line breaks, tabs, NUL, bidirectional overrides: invisible in a list, and able to forge a log line. */
export const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]|\p{Cs}/u;

/** Schema of a name: trimmed, 1 to 64 characters, each message saying which rule was broken. */
export function nameSchema(noun: string) {
  return z
    .string(`${noun} is required.`)
    .transform((value) => value.normalize("NFC").trim())
    .pipe(
      z
        .string()
        .min(1, `${noun} is required.`)
        .refine((value) => [...value].length <= nameMaxLength, {
          error: (issue) =>
            `${noun} can have at most ${nameMaxLength} characters; this one has ${[...String(issue.input)].length}.`,
        })
        .refine((value) => !invisible.test(value), {
          error: `${noun} cannot contain line breaks, tabs or other invisible characters.`,
        })
        // Pasted into the wrong field: names are shown, exported and kept in a trail that nobody can change.
        .refine((value) => pastedToken(value) === null, {
          error: `${noun} cannot contain a token: everybody who sees it could use it.`,
        }),
    );
}
