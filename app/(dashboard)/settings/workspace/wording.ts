import { sayDays } from "@/lib/api-keys/times";

export const title = "Workspace";
export const description = "Rules that hold for every key of this workspace.";

/** What the longest lifetime means; null for as long as one likes. */
export function sayLifetime(days: number | null): string {
  return days === null ? "Keys may work for as long as you like." : `Keys may work for at most ${sayDays(days)}.`;
}
