import type { Pool } from "pg";
import { digestToken, generateToken, lastFourOf } from "@/lib/api-keys/token";
import { env } from "@/lib/env";

// Rows as the versions before this one have written them: SQL of their time, which no refactoring changes. A
// migration that adds a table, or a column whose content matters, gets an entry in `rowsOf`.

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export const ofHistory = {
  workspaceId: id(1),
  chatflowId: id(4),
  keyId: id(3),
  token: generateToken(),
};

const at = "'2026-11-23T12:00:00Z'";

/** What is inserted right after a migration, by the migration's name. */
export const rowsOf: Record<string, (pool: Pool) => Promise<unknown>> = {
  "20261123000000_init": async (pool) => {
    const { token } = ofHistory;
    await pool.query(`
      INSERT INTO workspace VALUES ('${id(1)}', 'default', 'Default workspace');
      INSERT INTO "user" (id, email, name, password_hash) VALUES ('${id(2)}', 'ada@example.com', 'Ada', 'not a hash');
      INSERT INTO membership VALUES ('${id(1)}', '${id(2)}', 'owner');
      INSERT INTO sign_in_throttle VALUES ('account:x', 3, ${at}, ${at});
      INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_by_id, created_at)
        VALUES ('${id(3)}', '${id(1)}', 'Website', 'website', '${lastFourOf(token)}', '${id(2)}', ${at});
      INSERT INTO chatflow (id, workspace_id, name, name_key, engine, api_key_id, created_at, updated_at)
        VALUES ('${id(4)}', '${id(1)}', 'Überall offen', 'überall offen',
                '{"kind": "knowledge", "memoryTurns": 3, "maxPassages": 3}', '${id(3)}', ${at}, ${at}),
               ('${id(5)}', '${id(1)}', 'Überall: offen', 'überall: offen',
                '{"kind": "knowledge", "memoryTurns": 3, "maxPassages": 3}', NULL, ${at}, ${at});
      INSERT INTO document VALUES ('${id(6)}', '${id(4)}', 'handbook.md', 'text/markdown', 40, ${at});
      INSERT INTO passage VALUES ('${id(7)}', '${id(6)}', '${id(4)}', 0, 'Opening hours', 'The workshop opens at nine.');
      INSERT INTO prediction (id, workspace_id, chatflow_id, credential_id, session_id, chat_id, question, answer,
                              status, duration_ms, request_id, created_at)
        VALUES ('${id(8)}', '${id(1)}', '${id(4)}', '${id(3)}', 's1', 's1', 'When does it open?', 'At nine.', 'ok', 3, 'r1', ${at});
      INSERT INTO usage_hour VALUES (${at}, '${id(1)}', '${id(3)}', '${id(4)}', 1, 0);
      INSERT INTO audit_event VALUES ('${id(9)}', '${id(1)}', ${at}, 'operator', '${id(2)}', 'Ada', 'api_key.created',
                                      'api_key', '${id(3)}', 'ＷEBSITE', '{}', 'r0')`);
    await pool.query(
      "INSERT INTO api_key_secret (id, api_key_id, digest, last_four, created_at) VALUES ($1, $2, $3, $4, $5)",
      [id(10), id(3), digestToken(token, env().FLOWLATCH_PEPPER[0] as string), lastFourOf(token), "2026-11-23T12:00Z"],
    );
  },
  "20261123120000_provider": (pool) =>
    pool.query(`INSERT INTO provider (id, workspace_id, name, name_key, kind, created_at, updated_at)
                VALUES ('${id(11)}', '${id(1)}', 'OpenAI', 'openai', 'openai', ${at}, ${at})`),
  "20261125200000_key_life": (pool) =>
    pool.query(`
      UPDATE api_key SET limits = '[{"kind": "rate", "per": "minute", "max": 60}]' WHERE id = '${id(3)}';
      INSERT INTO api_key_counter VALUES ('${id(3)}', '{}');
      INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_at)
        VALUES ('${id(12)}', '${id(1)}', 'Partner', 'partner', 'abcd', ${at});
      INSERT INTO chatflow_further_key VALUES ('${id(1)}', '${id(4)}', '${id(12)}', ${at});
      INSERT INTO refused_call (id, workspace_id, at, reason, request_id) VALUES ('${id(13)}', '${id(1)}', ${at}, 'no_token', 'r2');
      INSERT INTO shared_token VALUES ('${id(14)}', '${id(1)}', '${id(3)}', decode(repeat('00', 40), 'hex'), NULL, ${at}, ${at})`),
  "20261126031000_sharing": (pool) =>
    pool.query(`
      INSERT INTO feedback VALUES ('${id(15)}', '${id(1)}', '${id(4)}', '${id(8)}', 'THUMBS_UP', 'Thanks', ${at}, ${at});
      INSERT INTO lead VALUES ('${id(16)}', '${id(1)}', '${id(4)}', 's1', 'Grace', NULL, NULL, ${at})`),
  "20261126031500_visitors": (pool) =>
    pool.query(`INSERT INTO visitor_counter VALUES ('${id(4)}', decode(repeat('00', 32), 'hex'), '{}', ${at})`),
  "20261126033000_ended_chats": (pool) =>
    pool.query(`INSERT INTO ended_chat VALUES (decode(repeat('00', 32), 'hex'), ${at})`),
  "20261127040000_ended_sessions": (pool) => pool.query(`INSERT INTO ended_session VALUES ('${id(17)}', ${at})`),
};
