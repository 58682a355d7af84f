import "server-only";
import { type Limit, limitsSchema } from "@/lib/api-keys/limits";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { type SummaryRow, selectSummaries, toSummary } from "@/lib/api-keys/summary";
import type { TokenSource } from "@/lib/api-keys/token";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";

/** Chatflows named on a key's page. */
const chatflowsNamed = 100;

/** One of a key's tokens that still work. */
export interface KeyToken {
  lastFour: string;
  /** Who issued it; null for this server. */
  source: TokenSource | null;
  createdAt: Date;
  /** When it stops; null for the live one, which stops with its key. */
  stopsAt: Date | null;
  /** At most a minute behind; null when never used. */
  lastUsedAt: Date | null;
  /** From where; null when it is not known. */
  lastUsedAddress: string | null;
}

/** A key as its page shows it. */
export interface ApiKeyDetail extends ApiKeySummary {
  /** The newest first. None when its token was stopped or reported as found. */
  tokens: KeyToken[];
  limits: Limit[];
  /** Networks in CIDR notation; none for any address. */
  allowedAddresses: string[];
}

interface DetailRow {
  limits: unknown;
  allowed_addresses: string[];
  tokens: {
    last_four: string;
    source: TokenSource | null;
    created_at: string;
    stops_at: string | null;
    used_at: string | null;
    address: string | null;
  }[];
}

const dateOf = (text: string | null) => (text === null ? null : new Date(text));

/**
 * One key with all that is set on it.
 * @throws AppError `not_found`, for another workspace's key as well, or `forbidden`
 */
export async function getApiKey(ctx: Context, id: string): Promise<ApiKeyDetail> {
  authorize(ctx.actor, "keys:read");
  const own = Prisma.sql`k.id = ${isUuid(id) ? id : null}::uuid AND k.workspace_id = ${ctx.actor.workspaceId}::uuid`;
  const page = Prisma.sql`SELECT k.id, '' AS sort_value, 1 AS place FROM api_key k WHERE ${own}`;
  const [[summary], [detail]] = await Promise.all([
    ctx.db.prisma.$queryRaw<SummaryRow[]>(selectSummaries(page, ctx.now, chatflowsNamed)),
    ctx.db.prisma.$queryRaw<DetailRow[]>`
      SELECT k.limits, k.allowed_addresses,
             (SELECT coalesce(json_agg(json_build_object(
                'last_four', s.last_four, 'source', s.source, 'created_at', s.created_at, 'stops_at', s.expires_at,
                'used_at', s.last_used_at, 'address', s.last_used_address) ORDER BY s.created_at DESC, s.id DESC), '[]')
              FROM api_key_secret s
              WHERE s.api_key_id = k.id AND (s.expires_at IS NULL OR s.expires_at > ${ctx.now})) AS tokens
      FROM api_key k WHERE ${own}`,
  ]);
  if (!summary || !detail) throw new AppError("not_found", "There is no such key. It may have been deleted meanwhile.");
  return {
    ...toSummary(summary),
    tokens: detail.tokens.map((token) => ({
      lastFour: token.last_four,
      source: token.source,
      createdAt: new Date(token.created_at),
      stopsAt: dateOf(token.stops_at),
      lastUsedAt: dateOf(token.used_at),
      lastUsedAddress: token.address,
    })),
    limits: limitsSchema.parse(detail.limits),
    allowedAddresses: detail.allowed_addresses,
  };
}
