import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { escapeLiteral, Pool, type PoolConfig } from "pg";
import { interruptedMigrations } from "@/lib/db/migration-state";
import { loadEngine } from "@/lib/db/schema-engine";

type MigrationList = import("@prisma/schema-engine-wasm").MigrationList;

async function readMigrations(root: string): Promise<MigrationList> {
  const baseDir = path.join(root, "prisma/migrations");
  const entries = await readdir(baseDir, { withFileTypes: true });
  const directories = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(path.join(baseDir, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(
      directories.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: "migration.sql",
          content: {
            tag: "ok" as const,
            value: await readFile(path.join(baseDir, name, "migration.sql"), "utf8"),
          },
        },
      })),
    ),
  };
}

const withoutComments = (sql: string) => sql.replaceAll(/--.*$/gm, "");

/** Whether a script cannot be in a transaction: it is then one statement and nothing else. */
const isConcurrent = (sql: string) => /\bINDEX CONCURRENTLY\b/i.test(withoutComments(sql));

/** Names of the indexes that a script builds concurrently, in quotes where it quotes them. */
function builtConcurrently(sql: string): string[] {
  const pattern = /\bCREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:IF NOT EXISTS )?("[^"]+"|\w+)/gi;
  return [...withoutComments(sql).matchAll(pattern)].map((match) => match[1] as string);
}

/** The scripts of migrations, by their names. */
type Scripts = Map<string, string>;

function scriptsOf({ migrationDirectories }: MigrationList): Scripts {
  return new Map(
    migrationDirectories.map(({ path: name, migrationFile: { content } }) => [
      name,
      content.tag === "ok" ? content.value : "",
    ]),
  );
}

/**
 * The stock adapter cuts a script at every ";", also inside comments and function bodies. Postgres
 * itself takes the whole script, and then runs it in one transaction: all of a migration or none.
 *
 * That it is applied is written in the same transaction. The engine does so in a statement after it, before which
 * the process may end: Postgres goes on with a script whose sender is gone, and commits it.
 */
class WholeScriptAdapter extends PrismaPg {
  private readonly connected: { dispose(): Promise<void> }[] = [];
  private readonly names: Map<string, string>;

  constructor(connection: PoolConfig, scripts: Scripts) {
    super(connection);
    this.names = new Map([...scripts].map(([name, script]) => [script, name]));
  }

  private withItsEnd(script: string): string {
    const name = this.names.get(script);
    if (name === undefined || isConcurrent(script)) return script;
    return `${script}\n;
      UPDATE _prisma_migrations SET finished_at = now()
      WHERE migration_name = ${escapeLiteral(name)} AND finished_at IS NULL AND rolled_back_at IS NULL`;
  }

  override async connect() {
    const adapter = await super.connect();
    this.connected.push(adapter);
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(this.withItsEnd(script));
    };
    return adapter;
  }

  /** The engine leaves its connections open, and a database in use can be neither copied nor dropped. */
  async close(): Promise<void> {
    await Promise.all(this.connected.map((adapter) => adapter.dispose()));
  }
}

async function openEngine(root: string, connection: PoolConfig, scripts: Scripts = new Map()) {
  const SchemaEngine = await loadEngine();
  const schemaPath = path.join(root, "prisma/schema.prisma");
  const schema: [string, string] = [schemaPath, await readFile(schemaPath, "utf8")];
  const adapter = new WholeScriptAdapter(connection, scripts);
  const engine = await SchemaEngine.new(
    { datamodels: [schema] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  const close = async () => {
    engine.free();
    await adapter.close();
  };
  return { engine, schema, close };
}

type Engine = Awaited<ReturnType<typeof openEngine>>["engine"];

const everything = { externalTables: [], externalEnums: [] };

/**
 * Migrations that were begun and neither came to their end nor are under way, made ready to be applied again: the
 * engine would refuse to go on with P3009. One that is a transaction has left nothing. An index that was being built
 * concurrently is there and may be invalid.
 */
async function resume(engine: Engine, connection: PoolConfig, scripts: Scripts): Promise<void> {
  const pool = new Pool({ ...connection, max: 1 });
  pool.on("error", () => {});
  try {
    for (const name of await interruptedMigrations(pool)) {
      const script = scripts.get(name);
      // A newer version's: that one knows what to do.
      if (script === undefined) continue;
      for (const index of builtConcurrently(script)) await pool.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
      await engine.markMigrationRolledBack({ migrationName: name });
    }
  } finally {
    await pool.end();
  }
}

/**
 * Applies what `prisma/migrations` has and the database has not, exactly as
 * `prisma migrate deploy` would (same engine, same `_prisma_migrations` rows), without its native
 * binary. Safe to run twice, and after one that was ended at any moment. Nobody else may apply any meanwhile.
 *
 * @param root directory that holds `prisma/`
 * @returns names of the migrations applied now, oldest first
 * @throws when the database is away or a migration fails
 */
export async function migrate(root: string, connection: PoolConfig): Promise<string[]> {
  const migrationsList = await readMigrations(root);
  const scripts = scriptsOf(migrationsList);
  const { engine, close } = await openEngine(root, connection, scripts);
  try {
    await resume(engine, connection, scripts);
    return (await engine.applyMigrations({ migrationsList, filters: everything })).appliedMigrationNames;
  } finally {
    await close();
  }
}

/**
 * SQL that would bring an empty database to `prisma/schema.prisma`: the start of a new migration.
 * @public for whoever writes one
 */
export async function schemaAsSql(root: string, connection: PoolConfig): Promise<string> {
  const { engine, schema, close } = await openEngine(root, connection);
  try {
    const result = await engine.diff({
      from: { tag: "empty" },
      to: { tag: "schemaDatamodel", files: [{ path: schema[0], content: schema[1] }] },
      script: true,
      exitCode: null,
      filters: everything,
    });
    return result.stdout ?? "";
  } finally {
    await close();
  }
}
