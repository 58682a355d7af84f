import "server-only";
import { pepperIdOf } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";
import { env } from "@/lib/env";

/** How many tokens depend on a pepper. */
export interface PepperUse {
  /** Place in FLOWLATCH_PEPPER, from 0; null for one that is not listed: its tokens are refused. */
  place: number | null;
  /** Tokens that have not ended and whose digest is under it. */
  tokens: number;
}

/**
 * How many tokens of the deployment depend on each pepper, and on ones that are not listed any more. A token
 * moves to the newest with its next call. Those stored before peppers were told apart, and not used since,
 * are `unknown`.
 */
export async function pepperUse(db: Database): Promise<{ peppers: PepperUse[]; unknown: number }> {
  const ids = env().FLOWLATCH_PEPPER.map(pepperIdOf);
  const { rows } = await db.pool.query<{ pepper_id: string | null; tokens: number }>(
    `SELECT pepper_id, count(*)::int AS tokens FROM api_key_secret
     WHERE end_reason IS NULL AND (expires_at IS NULL OR expires_at > now()) GROUP BY pepper_id`,
  );
  const tokensUnder = (id: string | null) => rows.find((row) => row.pepper_id === id)?.tokens ?? 0;
  const unlisted = rows.filter(({ pepper_id: id }) => id !== null && !ids.includes(id));
  return {
    peppers: [
      ...ids.map((id, place) => ({ place, tokens: tokensUnder(id) })),
      ...unlisted.map(({ tokens }) => ({ place: null, tokens })),
    ],
    unknown: tokensUnder(null),
  };
}
