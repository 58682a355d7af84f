// What the version of code before the newest schemas asked the database for a call: its statements as they were, of
// 2026-11-26, before "20261126073000_pepper_id". Instances of it go on serving while newer ones migrate and start.

/** It decides a call: chatflow id, digests, session, now, address, whether it counts, slug, visitor. */
export const verifyOfOlderVersion = `
  WITH call AS MATERIALIZED (
    SELECT c.id AS chatflow_id, c.workspace_id, c.name AS chatflow_name, c.slug, c.created_at,
           c.engine, c.retention_days,
           c.is_public, c.sharing, k.id AS key_id, k.workspace_id AS key_workspace_id, s.id AS secret_id, s.digest,
           CASE WHEN k.id IS NOT NULL THEN k.limits WHEN c.is_public THEN 
  CASE WHEN coalesce(c.sharing->'perAddressPerMinute', '30') = 'null' THEN '[]'
       ELSE jsonb_build_array(jsonb_build_object('kind', 'rate', 'per', 'minute', 'max', coalesce(c.sharing->'perAddressPerMinute', '30'))) END END AS limits,
           CASE
             WHEN cardinality($2::bytea[]) > 0 AND s.id IS NULL THEN 'unknown_token'
             WHEN k.workspace_id <> c.workspace_id THEN 'foreign_token'
             WHEN s.end_reason = 'exposed' THEN 'exposed_token'
             WHEN s.end_reason IS NOT NULL OR s.expires_at <= $4 THEN 'retired_token'
             WHEN k.disabled_at IS NOT NULL THEN 'disabled_key'
             WHEN k.expires_at <= $4 THEN 'expired_key'
             WHEN k.allowed_addresses <> '{}' AND NOT EXISTS (
               SELECT FROM unnest(k.allowed_addresses) AS network WHERE $5::inet <<= network::inet)
               THEN 'address_not_allowed'
             WHEN c.id IS NULL THEN 'unknown_chatflow'
             WHEN c.is_public THEN NULL
             WHEN s.id IS NULL THEN 'no_token'
             WHEN c.api_key_id = k.id THEN NULL
             WHEN EXISTS (SELECT FROM chatflow_further_key f WHERE f.chatflow_id = c.id AND f.api_key_id = k.id)
               THEN NULL
             WHEN c.api_key_id IS NULL AND NOT EXISTS (SELECT FROM chatflow_further_key f WHERE f.chatflow_id = c.id)
               THEN 'closed_chatflow'
             ELSE 'other_key'
           END AS refusal
    FROM (SELECT 1) one
    LEFT JOIN (api_key_secret s JOIN api_key k ON k.id = s.api_key_id) ON s.digest = ANY($2::bytea[])
    LEFT JOIN chatflow c ON c.id = coalesce($1::uuid, (
      SELECT named.id FROM chatflow named WHERE named.workspace_id = k.workspace_id AND named.slug = $7))
  )
  SELECT call.*,
         v.id AS provider_id, v.kind AS provider_kind, v.base_url AS provider_base_url,
         v.credential AS provider_credential,
         EXISTS (SELECT FROM document d WHERE d.chatflow_id = call.chatflow_id) AS has_documents,
         CASE WHEN refusal IS NULL AND $3::text IS NOT NULL THEN
           (SELECT json_agg(json_build_object('question', t.question, 'answer', t.answer) ORDER BY t.created_at, t.id)
            FROM (SELECT p.id, p.question, p.answer, p.created_at FROM prediction p
                  WHERE p.chatflow_id = call.chatflow_id AND p.session_id = $3
                    AND p.credential_id = coalesce(call.key_id, '00000000-0000-0000-0000-000000000000') AND p.status = 'ok'
                  ORDER BY p.created_at DESC, p.id DESC
                  LIMIT coalesce((call.engine->>'memoryTurns')::int, 0)) t) END AS turns,
         CASE WHEN refusal IS NULL AND limits <> '[]' AND $6 THEN
           CASE WHEN key_id IS NULL THEN admit_visitor(chatflow_id, $8, limits, $4)
                ELSE admit_call(key_id, limits, $4) END END AS tally
  FROM call
  LEFT JOIN provider v ON v.id = (call.engine->>'providerId')::uuid AND v.workspace_id = call.workspace_id`;

/** It records an answered one. Its parameters are the record's fields, in their order of then. */
export const recordOfOlderVersion = `
  WITH recorded AS (
    INSERT INTO prediction (id, workspace_id, chatflow_id, credential_id, session_id, chat_id, question, answer,
                            status, error_code, sources, usage, first_token_ms, duration_ms, request_id, created_at)
    SELECT $1::uuid, c.workspace_id, c.id, $4::uuid, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb,
           $13::int, $14::int, $15, $16::timestamptz
    FROM chatflow c WHERE c.id = $2::uuid AND c.workspace_id = $3::uuid AND c.retention_days IS DISTINCT FROM 0
    FOR KEY SHARE
  ), counted AS (
    INSERT INTO usage_hour AS u (hour, workspace_id, credential_id, chatflow_id, predictions, errors)
    VALUES (date_trunc('hour', $16::timestamptz, 'UTC'), $3::uuid, $4::uuid, $2::uuid, 1, ($9 = 'error')::int)
    ON CONFLICT (hour, credential_id, chatflow_id)
    DO UPDATE SET predictions = u.predictions + 1, errors = u.errors + excluded.errors
  ), used AS (
    UPDATE api_key_secret
    SET last_used_at = $16::timestamptz, last_used_address = $19, digest = coalesce($18::bytea, digest)
    WHERE id = $17::uuid AND api_key_id = $4::uuid AND ($18::bytea IS NOT NULL OR (last_used_at IS NULL OR last_used_at < $16::timestamptz - interval '60 seconds'))
  )
  UPDATE api_key SET last_used_at = $16::timestamptz, last_used_address = $19
  WHERE id = $4::uuid AND workspace_id = $3::uuid AND (last_used_at IS NULL OR last_used_at < $16::timestamptz - interval '60 seconds')`;
