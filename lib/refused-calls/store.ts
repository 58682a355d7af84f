import "server-only";
import type { Database } from "@/lib/db/client";
import type { RefusedCallRecord } from "@/lib/refused-calls/buffer";

/**
 * Writes refused calls, in one statement, with the names of key and chatflow as they are now. A call
 * belongs to its chatflow's workspace, else to its key's, else to the only one there is; where there are
 * several it is dropped, as nobody may be told of another's. A key of another workspace is not told of. A
 * sum that was written before is brought up to date.
 */
export async function insertRefusedCalls(db: Pick<Database, "pool">, records: RefusedCallRecord[]): Promise<void> {
  if (records.length === 0) return;
  const column = <Value>(value: (record: RefusedCallRecord) => Value) => records.map(value);
  await db.pool.query(
    `WITH sole AS (SELECT min(id::text)::uuid AS id FROM (SELECT id FROM workspace LIMIT 2) w HAVING count(*) = 1)
     INSERT INTO refused_call AS row (id, workspace_id, at, reason, address, last_four, api_key_id, api_key_name,
                                      chatflow_id, chatflow_name, request_id, calls)
     SELECT r.id, w.id, r.at, r.reason, r.address, r.last_four, k.id, k.name, c.id, c.name, r.request_id, r.calls
     FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[],
                 $9::text[], $10::int[], $11::text[])
          AS r(id, at, reason, address, last_four, api_key_id, chatflow_id, workspace_id, request_id, calls, slug)
     LEFT JOIN sole ON true
     LEFT JOIN chatflow c ON c.id = coalesce(r.chatflow_id, (
       SELECT named.id FROM chatflow named
       WHERE named.workspace_id = coalesce(r.workspace_id, sole.id) AND named.slug = r.slug))
     LEFT JOIN api_key k ON k.id = r.api_key_id AND k.workspace_id = coalesce(c.workspace_id, k.workspace_id)
     JOIN workspace w ON w.id = coalesce(c.workspace_id, k.workspace_id, r.workspace_id, sole.id)
     ON CONFLICT (id) DO UPDATE SET at = excluded.at, address = excluded.address, last_four = excluded.last_four,
       request_id = excluded.request_id, calls = excluded.calls`,
    [
      column(({ id }) => id),
      column(({ at }) => at.toISOString()),
      column(({ reason }) => reason),
      column(({ address }) => address),
      column(({ lastFour }) => lastFour),
      column(({ apiKeyId }) => apiKeyId),
      column(({ chatflowId }) => chatflowId),
      column(({ workspaceId }) => workspaceId),
      column(({ requestId }) => requestId),
      column(({ calls }) => calls),
      column(({ slug }) => slug),
    ],
  );
}
