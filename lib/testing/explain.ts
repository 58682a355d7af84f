import type { Pool, PoolClient } from "pg";
import { type SentStatement, sentStatements } from "@/lib/testing/count-statements";

async function explain(client: PoolClient, sql: string, values: unknown[] = []): Promise<string> {
  const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN (COSTS OFF) ${sql}`, values);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

/** Plans of what something sends, made in a transaction that is rolled back. */
async function planned(
  pool: Pool,
  run: () => Promise<unknown>,
  { setting, plan }: { setting: string; plan: (client: PoolClient, statement: SentStatement) => Promise<string> },
): Promise<string[]> {
  const statements = await sentStatements(run);
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query(`SET LOCAL ${setting}`);
    const plans: string[] = [];
    for (const statement of statements) plans.push(await plan(client, statement));
    return plans;
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}

/**
 * The plans of the statements that something sends, as text, by a planner that reads a whole table
 * only where no index can serve: what it then says does not depend on how few rows a test has.
 */
export async function plansOf(pool: Pool, run: () => Promise<unknown>): Promise<string[]> {
  const plan = (client: PoolClient, { text, values }: SentStatement) => explain(client, text, values);
  return await planned(pool, run, { setting: "enable_seqscan = off", plan });
}

/** The plans that a connection keeps for the statements that something sends, whatever their values are. */
export async function keptPlansOf(pool: Pool, run: () => Promise<unknown>): Promise<string[]> {
  const plan = async (client: PoolClient, { text, values }: SentStatement) => {
    await client.query(`PREPARE explained AS ${text}`);
    const kept = await explain(client, `EXECUTE explained(${values.map(() => "NULL").join(", ")})`);
    await client.query("DEALLOCATE explained");
    return kept;
  };
  return await planned(pool, run, { setting: "plan_cache_mode = force_generic_plan", plan });
}
