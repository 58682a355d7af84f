import { sayTime } from "@/lib/api-keys/times";

/** Safe in the browser. What decides whether a key's tokens work. */
export interface KeyState {
  expiresAt: Date | null;
  disabledAt: Date | null;
  /** When its live token was reported as found; a new token clears it. */
  exposedAt: Date | null;
  /** Whether it has a token that has not ended. */
  hasLiveToken: boolean;
}

export const keyStatuses = ["active", "exposed", "expired", "disabled"] as const;

/** A key's status and the sentence that says why. */
export interface KeyStatus {
  kind: (typeof keyStatuses)[number];
  reason: string;
}

/**
 * The status of a key. Of several reasons why it does not work, that which an operator must undo first:
 * disabled, then expired, then exposed.
 */
export function statusOf({ expiresAt, disabledAt, exposedAt, hasLiveToken }: KeyState, now: Date): KeyStatus {
  const expired = expiresAt && expiresAt <= now ? sayTime(expiresAt) : null;
  if (disabledAt) {
    const also = expired ? ` It also expired on ${expired}.` : "";
    return { kind: "disabled", reason: `Disabled on ${sayTime(disabledAt)}. Its tokens are refused.${also}` };
  }
  if (expired) return { kind: "expired", reason: `Expired on ${expired}. Its tokens are refused.` };
  if (exposedAt || !hasLiveToken) {
    const when = exposedAt ? ` on ${sayTime(exposedAt)}` : "";
    const refused = hasLiveToken ? "is refused; its old token still works" : "is refused";
    return { kind: "exposed", reason: `Its token was reported as found${when} and ${refused}. Regenerate the key.` };
  }
  return { kind: "active", reason: expiresAt ? `Active until ${sayTime(expiresAt)}.` : "Active. It never expires." };
}
