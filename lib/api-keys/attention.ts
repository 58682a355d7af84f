import "server-only";
import { type Attention, attentions } from "@/lib/api-keys/schema";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";

/** Beyond this many, a count is "more than": it says that there is work, not how much. */
export const attentionCountCap = 1_000;
/** A key that expires within so many days is soon to be renewed. */
const expiringDays = 7;
/** A key that was not used for so many days is perhaps not needed any more. */
const unusedDays = 90;
/** Hours for which a call with a retiring token says that somebody still has it. */
export const stillInUseHours = 24;

const daysFrom = (now: Date, days: number) => new Date(now.getTime() + days * 86_400_000);

/** Condition on a row of api_key: a call with its token can be admitted. */
function isUsable(key: "k" | "other", now: Date): Prisma.Sql {
  const k = Prisma.raw(key);
  return Prisma.sql`${k}.disabled_at IS NULL AND (${k}.expires_at IS NULL OR ${k}.expires_at > ${now})
    AND (${k}.exposed_at IS NULL OR EXISTS (
      SELECT FROM api_key_secret s WHERE s.api_key_id = ${k}.id AND (s.expires_at IS NULL OR s.expires_at > ${now})))`;
}

/** Condition on `api_key k`: the key is one that somebody should look at. Each has an index of its own. */
export function needsAttention(attention: Attention, { now, actor }: Context): Prisma.Sql {
  switch (attention) {
    case "exposed":
      return Prisma.sql`k.exposed_at IS NOT NULL`;
    case "expired":
      return Prisma.sql`k.expires_at <= ${now}`;
    case "expiring":
      return Prisma.sql`k.expires_at > ${now} AND k.expires_at <= ${daysFrom(now, expiringDays)}`;
    case "closed":
      return holdsChatflowClosed(actor.workspaceId, now);
    case "retiring":
      return Prisma.sql`k.id IN (
          SELECT s.api_key_id FROM api_key_secret s
          WHERE s.expires_at > ${now} AND s.last_used_at > ${daysFrom(now, -stillInUseHours / 24)})
        AND ${isUsable("k", now)}`;
    case "imported":
      return Prisma.sql`k.token_source IS NOT NULL`;
    case "unused":
      return Prisma.sql`coalesce(k.last_used_at, '-infinity'::timestamptz) > '-infinity'
        AND coalesce(k.last_used_at, '-infinity'::timestamptz) < ${daysFrom(now, -unusedDays)}`;
    case "never-used":
      return Prisma.sql`coalesce(k.last_used_at, '-infinity'::timestamptz) = '-infinity'`;
    case "never-expires":
      return Prisma.sql`k.expires_at IS NULL`;
  }
}

/**
 * A chatflow accepts the key, but nobody can call it: neither this key nor any other that it accepts can
 * be used. Asked from the chatflows' side, of which there are fewer than keys that were left to expire.
 */
function holdsChatflowClosed(workspaceId: string, now: Date): Prisma.Sql {
  return Prisma.sql`k.id IN (
    WITH accepted AS (
      SELECT c.id AS chatflow_id, c.api_key_id FROM chatflow c
      WHERE c.workspace_id = ${workspaceId}::uuid AND c.api_key_id IS NOT NULL
      UNION ALL
      SELECT c.id, f.api_key_id FROM chatflow c JOIN chatflow_further_key f ON f.chatflow_id = c.id
      WHERE c.workspace_id = ${workspaceId}::uuid AND NOT c.is_public
    )
    SELECT a.api_key_id FROM accepted a WHERE a.chatflow_id IN (
      SELECT b.chatflow_id FROM accepted b JOIN api_key other ON other.id = b.api_key_id
      GROUP BY b.chatflow_id HAVING NOT bool_or(${isUsable("other", now)})))`;
}

/** How many of the workspace's keys need attention, and why: at most `attentionCountCap + 1` for each reason. */
export async function countAttention(ctx: Context): Promise<Record<Attention, number>> {
  authorize(ctx.actor, "keys:read");
  const counts = attentions.map(
    (attention) => Prisma.sql`
      (SELECT count(*)::int FROM (
         SELECT FROM api_key k WHERE k.workspace_id = ${ctx.actor.workspaceId}::uuid AND ${needsAttention(attention, ctx)}
         LIMIT ${attentionCountCap + 1}) counted) AS ${Prisma.raw(`"${attention}"`)}`,
  );
  const [row] = await ctx.db.prisma.$queryRaw<Record<Attention, number>[]>`SELECT ${Prisma.join(counts)}`;
  return row as Record<Attention, number>;
}
