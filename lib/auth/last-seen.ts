import "server-only";
import type { Actor } from "@/lib/context";
import { database } from "@/lib/db/client";
import { later } from "@/lib/later";

/** How far behind it may be, in milliseconds: one write for many pages. */
const everyMs = 300_000;
/** When this process last wrote it, by operator, in milliseconds of `performance.now()`. */
const written = new Map<string, number>();

/** Notes that an operator is there, after the answer. */
export function noteSeen({ userId, workspaceId }: Extract<Actor, { kind: "operator" }>): void {
  const now = performance.now();
  if (now - (written.get(userId) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
  written.set(userId, now);
  later(async () => {
    await database().prisma.membership.updateMany({ where: { userId, workspaceId }, data: { lastSeenAt: new Date() } });
  });
}
