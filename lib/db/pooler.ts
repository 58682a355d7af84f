import type { Pool } from "pg";

/**
 * Whether something between here and Postgres gives a client's statements to whichever session is free, as
 * PgBouncer does in transaction mode: then no lock and no setting outlives a transaction. Not found out
 * while all sessions but one are busy with others.
 * @param pool of two connections or more, none of which is in use
 */
export async function sharesSessions(pool: Pool): Promise<boolean> {
  const first = await pool.connect();
  const second = await pool.connect();
  try {
    const sessions: number[] = [];
    for (const client of [first, second, first]) {
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      sessions.push(rows[0]?.pid ?? 0);
    }
    return sessions[0] === sessions[1] || sessions[0] !== sessions[2];
  } finally {
    first.release();
    second.release();
  }
}
