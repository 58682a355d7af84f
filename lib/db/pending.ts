import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Pool } from "pg";

/**
 * Names of the migrations in `prisma/migrations` that this database does not have, oldest first.
 * @param root directory that holds `prisma/`
 * @throws when the database is away
 */
export async function pendingMigrations(root: string, pool: Pool): Promise<string[]> {
  const entries = await readdir(path.join(root, "prisma/migrations"), { withFileTypes: true });
  const wanted = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const table = await pool.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (!table.rows[0]?.exists) return wanted.sort();
  const { rows } = await pool.query<{ migration_name: string }>(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  const applied = new Set(rows.map((row) => row.migration_name));
  return wanted.filter((name) => !applied.has(name)).sort();
}
