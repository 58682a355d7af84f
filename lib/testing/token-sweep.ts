import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Database } from "@/lib/db/client";

/** A token, wherever it stands. */
export const tokenShape = /flk_[0-9A-Za-z]{49}/;

/** All files below a directory but those of packages. */
export function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* filesBelow(file);
    else if (entry.isFile()) yield file;
  }
}

/** Those of the files that a token stands in. */
export function filesWithTokens(files: string[]): string[] {
  return files.filter((file) => statSync(file).size < 64e6 && tokenShape.test(readFileSync(file, "latin1")));
}

/**
 * Reads every row of every table.
 * @returns names of all tables, and of those that a token stands in
 */
export async function tablesWithTokens(db: Database["pool"]): Promise<{ all: string[]; holding: string[] }> {
  const { rows: tables } = await db.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  const holding: string[] = [];
  for (const { name } of tables) {
    const { rows } = await db.query(`SELECT 1 FROM "${name}" t WHERE t::text ~ $1 LIMIT 1`, [tokenShape.source]);
    if (rows.length > 0) holding.push(name);
  }
  return { all: tables.map(({ name }) => name), holding };
}
