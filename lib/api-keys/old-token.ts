/** Safe in the browser: whether an old token can be stopped without anybody noticing. */

/** A call with an old token this recent means that somebody still has it. */
const stillInUseMs = 24 * 3_600_000;

/** What is known of one of a key's tokens. */
export interface TokenUse {
  createdAt: Date;
  /** At most a minute behind; null when never used. */
  lastUsedAt: Date | null;
}

/**
 * How an old token has been used beside the live one: not since that was made, not for a day, or lately.
 * @param live null where the live token was stopped or reported as found
 */
export function oldTokenUse(old: TokenUse, live: TokenUse | null, now: Date): "replaced" | "quiet" | "in-use" {
  const { lastUsedAt } = old;
  if (!lastUsedAt || (live && lastUsedAt < live.createdAt)) return "replaced";
  return now.getTime() - lastUsedAt.getTime() > stillInUseMs ? "quiet" : "in-use";
}

/** The same, said to whoever may stop it. */
export const oldTokenAdvice = {
  replaced: "Safe to stop: not used since the new token was made.",
  quiet: "Safe to stop: not used for a day.",
  "in-use": "Still in use.",
} as const;
