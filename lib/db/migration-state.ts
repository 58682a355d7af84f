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
  if (!(await hasMigrations(pool))) return [];
  const { rows } = await pool.query<{ migration_name: string }>(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return rows.map((row) => row.migration_name);
}

/**
 * Names of migrations that were begun and have not come to their end: they are under way, they failed, or whoever
 * applied them is gone.
 * @throws when the database is away
 */
export async function interruptedMigrations(pool: Pool): Promise<string[]> {
  if (!(await hasMigrations(pool))) return [];
  const { rows } = await pool.query<{ migration_name: string }>(
    `SELECT DISTINCT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL
     ORDER BY migration_name`,
  );
  return rows.map((row) => row.migration_name);
}

async function hasMigrations(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  return rows[0]?.exists === true;
}
