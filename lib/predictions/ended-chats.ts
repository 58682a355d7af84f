import "server-only";
import type { Database } from "@/lib/db/client";

export interface EndedChat {
  /** SHA-256, see `chatDigest`. */
  chat: Buffer;
  /** Milliseconds since its end was asked for, by the database's clock: those of instances may differ. */
  agoMs: number;
}

/**
 * Tells every instance that a chat's caller wants no more of what is being answered. Deletes what was told a
 * minute ago, long after everybody has looked, in small batches: so rows do not pile up, however often it is called.
 */
export async function announceEnd({ pool }: Database, chat: Uint8Array): Promise<void> {
  await pool.query(
    `WITH old AS (
       DELETE FROM ended_chat WHERE chat IN (
         SELECT chat FROM ended_chat WHERE ended_at < clock_timestamp() - interval '60 seconds' AND chat <> $1
         LIMIT 100 FOR UPDATE SKIP LOCKED)
     )
     INSERT INTO ended_chat (chat, ended_at) VALUES ($1, clock_timestamp())
     ON CONFLICT (chat) DO UPDATE SET ended_at = excluded.ended_at`,
    [chat],
  );
}

/** Those of the chats whose end was asked for of late, at whichever instance. */
export async function readEndedChats({ pool }: Database, chats: Uint8Array[]): Promise<EndedChat[]> {
  const { rows } = await pool.query<EndedChat>(
    `SELECT chat, (extract(epoch FROM clock_timestamp() - ended_at) * 1000)::float8 AS "agoMs"
     FROM ended_chat WHERE chat = ANY($1::bytea[])`,
    [chats],
  );
  return rows;
}
