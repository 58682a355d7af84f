import type { Pool } from "pg";
import { sentStatements } from "@/lib/testing/count-statements";

/**
 * The plans of the statements that something sends, as text, by a planner that reads a whole table
 * only where no index can serve: what it then says does not depend on how few rows a test has.
 */
export async function plansOf(pool: Pool, run: () => Promise<unknown>): Promise<string[]> {
  const statements = await sentStatements(run);
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SET LOCAL enable_seqscan = off");
    const plans: string[] = [];
    for (const { text, values } of statements) {
      const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN (COSTS OFF) ${text}`, values);
      plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
    }
    return plans;
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}
