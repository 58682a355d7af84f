import { lastFourOf, parseToken } from "@/lib/api-keys/token";

/** A token that stands in a text where it should not. */
export interface FoundToken {
  /** Counted from 1. */
  line: number;
  lastFour: string;
}

/** What looks like a token: see docs/leaks for the same as a rule of scanners, which know no checksum. */
const candidates = /flk_[0-9A-Za-z]{49}(?![0-9A-Za-z])/g;

/**
 * Finds tokens in a text, whatever surrounds them. Shape and checksum decide, so that nothing that only
 * looks like a token is found; whether one was ever issued is not asked, and no network is used.
 */
export async function* findTokens(lines: AsyncIterable<string>): AsyncGenerator<FoundToken> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    // In UTF-16 every other byte of a token is zero.
    for (const [candidate] of text.replaceAll("\0", "").matchAll(candidates)) {
      const token = parseToken(candidate);
      if (token) yield { line, lastFour: lastFourOf(token) };
    }
  }
}
