import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Pool } from "pg";

/** Names of migrations, oldest first. */
export interface MigrationState {
  /** This version has them and the database has not. */
  pending: string[];
  /** The database has them and this version has not: it was brought up to date by a newer one. */
  unknown: string[];
}

/**
 * How a database stands to `prisma/migrations`.
 * @param root directory that holds `prisma/`
 * @throws when the database is away
 */
export async function migrationState(root: string, pool: Pool): Promise<MigrationState> {
  const entries = await readdir(path.join(root, "prisma/migrations"), { withFileTypes: true });
  const known = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const applied = await appliedMigrations(pool);
  return {
    pending: known.filter((name) => !applied.includes(name)).sort(),
    unknown: applied.filter((name) => !known.includes(name)).sort(),
  };
}

async function appliedMigrations(pool: Pool): Promise<string[]> {
  const table = await pool.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (!table.rows[0]?.exists) return [];
  const { rows } = await pool.query<{ migration_name: string }>(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return rows.map((row) => row.migration_name);
}
