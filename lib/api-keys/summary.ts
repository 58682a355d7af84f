import "server-only";
import type { ApiKeySummary, KeyChatflow } from "@/lib/api-keys/schema";
import type { TokenSource } from "@/lib/api-keys/token";
import { Prisma } from "@/lib/db/client";

/** A row of `selectSummaries`. */
export interface SummaryRow {
  id: string;
  name: string;
  last_four: string;
  token_source: TokenSource | null;
  created_at: Date;
  created_by: string | null;
  last_used_at: Date | null;
  expires_at: Date | null;
  disabled_at: Date | null;
  exposed_at: Date | null;
  has_live_token: boolean;
  old_token_stops_at: Date | null;
  sort_value: string;
  chatflows: KeyChatflow[];
  chatflow_count: number;
}

/**
 * Reads keys as lists and dialogs show them.
 * @param page query for their `id`, `sort_value` and, to order them by, `place`
 * @param chatflowsNamed chatflows carried with a key, by name; all are counted
 */
export function selectSummaries(page: Prisma.Sql, now: Date, chatflowsNamed: number): Prisma.Sql {
  return Prisma.sql`
    SELECT k.id, k.name, k.last_four, k.token_source, k.created_at, k.last_used_at, k.expires_at, k.disabled_at,
           k.exposed_at, page.sort_value,
           u.name || CASE WHEN m.user_id IS NULL THEN ' (former operator)' ELSE '' END AS created_by,
           EXISTS (SELECT FROM api_key_secret s
                   WHERE s.api_key_id = page.id AND (s.expires_at IS NULL OR s.expires_at > ${now})) AS has_live_token,
           (SELECT max(s.expires_at) FROM api_key_secret s
            WHERE s.api_key_id = page.id AND s.expires_at > ${now}) AS old_token_stops_at,
           coalesce(used_by.chatflows, '[]'::json) AS chatflows,
           coalesce(used_by.chatflow_count, 0) AS chatflow_count
    FROM (${page}) page
    JOIN api_key k ON k.id = page.id
    LEFT JOIN "user" u ON u.id = k.created_by_id
    LEFT JOIN membership m ON m.user_id = u.id AND m.workspace_id = k.workspace_id
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', c.id, 'name', c.name, 'isAssigned', c.api_key_id IS NOT DISTINCT FROM page.id,
                                        'isOnlyKey', ${acceptsOnly(Prisma.sql`page.id`)}) ORDER BY c.name_key)
               FILTER (WHERE c.place <= ${chatflowsNamed}) AS chatflows,
             count(*)::int AS chatflow_count
      FROM (
        SELECT c.id, c.name, c.name_key, c.api_key_id, row_number() OVER (ORDER BY c.name_key) AS place
        FROM (${chatflowsOf(Prisma.sql`page.id`)}) used JOIN chatflow c ON c.id = used.id
      ) c
    ) used_by ON true
    ORDER BY page.place`;
}

/** Ids of the chatflows that accept a key, as the assigned one or beside it. */
function chatflowsOf(apiKeyId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT id FROM chatflow WHERE api_key_id = ${apiKeyId}
    UNION SELECT chatflow_id FROM chatflow_further_key WHERE api_key_id = ${apiKeyId}`;
}

/** Condition on `chatflow c`: it accepts no key but this one, so that it closes without it. */
function acceptsOnly(apiKeyId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(c.api_key_id IS NULL OR c.api_key_id = ${apiKeyId})
    AND NOT EXISTS (SELECT FROM chatflow_further_key f WHERE f.chatflow_id = c.id AND f.api_key_id <> ${apiKeyId})`;
}

export function toSummary(row: SummaryRow): ApiKeySummary {
  return {
    id: row.id,
    name: row.name,
    lastFour: row.last_four,
    tokenSource: row.token_source,
    createdAt: row.created_at,
    createdBy: row.created_by,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    disabledAt: row.disabled_at,
    exposedAt: row.exposed_at,
    hasLiveToken: row.has_live_token,
    oldTokenStopsAt: row.old_token_stops_at,
    chatflows: row.chatflows,
    chatflowCount: row.chatflow_count,
  };
}
