import { z } from "zod";

/** Safe in the browser: the times of a key's life, as they are given, checked and said. */

const dayMs = 86_400_000;
/** Days; ten years with their leap days. */
const expiryMaxDays = 3653;
/** Days that an old token may go on working beside the new one. */
const overlapMaxDays = 365;
/** A browser's clock is not ours, and "in 90 days" crosses an hour's change to summer time. */
const leewayMs = 60 * 60 * 1000;
/** A time chosen to the minute may lie this far behind and still mean now. */
const nowLeewayMs = 60_000;

const notATime = "That is not a date or time. Write it like 2027-01-31 or, with its zone, 2027-01-31T18:00Z.";

/** A time as a Date or as ISO 8601 text: with its zone, or a date alone, which begins at 00:00 UTC. */
export const timeSchema = z
  .union(
    // With seconds, without them ("precision: -1"), or the date alone.
    [z.date(), z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 }), z.iso.date()],
    { error: notATime },
  )
  .transform((given) => new Date(given))
  .refine((time) => !Number.isNaN(time.getTime()), { error: notATime });

const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

/** "31 January 2027 at 18:00 UTC" */
export function sayTime(time: Date): string {
  return `${exact.format(time)} UTC`;
}

/** "1 day", "90 days" */
export function sayDays(days: number): string {
  return days === 1 ? "1 day" : `${days.toLocaleString("en")} days`;
}

/**
 * What speaks against a key expiring then.
 * @param expiresAt null for never
 * @param maxLifetimeDays how long, from now on, keys of the workspace may go on working; null for as long as one likes
 * @returns a sentence, or null when nothing does
 */
export function objectionToExpiry(expiresAt: Date | null, now: Date, maxLifetimeDays: number | null): string | null {
  if (maxLifetimeDays !== null) {
    const rule = `Keys of this workspace may go on working for at most ${sayDays(maxLifetimeDays)}.`;
    if (expiresAt === null) return `${rule} Choose when this one expires.`;
    if (expiresAt.getTime() > now.getTime() + maxLifetimeDays * dayMs + leewayMs)
      return `${rule} Choose an earlier time.`;
  }
  if (expiresAt === null) return null;
  if (expiresAt <= now) return "That time has passed. Choose a later one; to stop a key at once, disable it.";
  if (expiresAt.getTime() > now.getTime() + expiryMaxDays * dayMs) {
    return "That is more than ten years away. Choose an earlier time, or let the key never expire.";
  }
  return null;
}

/** What decides whether an old token may overlap with the new one. */
export interface OverlappingKey {
  expiresAt: Date | null;
  disabledAt: Date | null;
  /** False where its last token was reported as found and ended. */
  hasLiveToken: boolean;
}

/** Whether the old token stops at once: no time is given, or it is now. */
export function stopsAtOnce(oldTokenStops: Date | null, now: Date): boolean {
  if (oldTokenStops === null) return true;
  return oldTokenStops <= now && oldTokenStops.getTime() > now.getTime() - nowLeewayMs;
}

/**
 * What speaks against the old token of a key working until then: that it does not work now, or would
 * outlive its key.
 * @returns a sentence, or null when nothing does
 */
export function objectionToOverlap(stops: Date, now: Date, key: OverlappingKey): string | null {
  const { expiresAt } = key;
  if (stops <= now) return "That time has passed. Choose a later one, or let the old token stop now.";
  if (!key.hasLiveToken) return "The old token was reported as found and works no more. Let it stop now.";
  if (key.disabledAt)
    return "This key is disabled, so its old token does not work. Let it stop now, or enable the key first.";
  if (expiresAt && expiresAt <= now) {
    return `This key expired on ${sayTime(expiresAt)}, so its old token does not work. Let it stop now, or change the key’s expiry first.`;
  }
  if (expiresAt && stops > expiresAt) {
    return `The key itself expires on ${sayTime(expiresAt)}; its old token cannot work for longer. Choose an earlier time.`;
  }
  if (stops.getTime() > now.getTime() + overlapMaxDays * dayMs) {
    return `An old token can go on working for at most ${sayDays(overlapMaxDays)}. Choose an earlier time.`;
  }
  return null;
}
