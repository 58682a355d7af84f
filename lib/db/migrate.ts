import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { PoolConfig } from "pg";

type EngineClass = typeof import("@prisma/schema-engine-wasm").SchemaEngine;
type MigrationList = import("@prisma/schema-engine-wasm").MigrationList;

/** One for the process, however often this file is loaded: the package keeps its instance in a global of its own. */
const shared = globalThis as { flowlatchSchemaEngine?: Promise<EngineClass> };

type TimerBinding = (...args: unknown[]) => NodeJS.Timeout;

/** The engine never clears the ten-second timer of its advisory lock; it must not keep the process alive. */
function withoutHold(setTimer: TimerBinding): TimerBinding {
  return (...args) => setTimer(...args).unref();
}

/**
 * Prisma's own migration engine in its WebAssembly build. The package's entry point imports the
 * `.wasm` as a module, which Node does not do, so it is instantiated by hand.
 */
async function instantiateEngine(): Promise<EngineClass> {
  const require = createRequire(import.meta.url);
  const directory = path.dirname(require.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const bytes = await readFile(path.join(directory, "schema_engine_bg.wasm"));
  const bindings = engineModule as unknown as WebAssembly.ModuleImports & {
    __wbg_set_wasm(exports: WebAssembly.Exports): void;
    SchemaEngine: EngineClass;
  };
  const { instance } = await WebAssembly.instantiate(bytes, {
    "./schema_engine_bg.js": Object.fromEntries(
      Object.entries(bindings).map(([name, binding]) => [
        name,
        name.startsWith("__wbg_setTimeout_") ? withoutHold(binding as TimerBinding) : binding,
      ]),
    ),
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings.SchemaEngine;
}

function loadEngine(): Promise<EngineClass> {
  shared.flowlatchSchemaEngine ??= instantiateEngine();
  return shared.flowlatchSchemaEngine;
}

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

/**
 * The stock adapter cuts a script at every ";", also inside comments and function bodies. Postgres
 * itself takes the whole script, and then runs it in one transaction: all of a migration or none.
 */
class WholeScriptAdapter extends PrismaPg {
  private readonly connected: { dispose(): Promise<void> }[] = [];

  override async connect() {
    const adapter = await super.connect();
    this.connected.push(adapter);
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  }

  /** The engine leaves its connections open, and a database in use can be neither copied nor dropped. */
  async close(): Promise<void> {
    await Promise.all(this.connected.map((adapter) => adapter.dispose()));
  }
}

async function openEngine(root: string, connection: PoolConfig) {
  const SchemaEngine = await loadEngine();
  const schemaPath = path.join(root, "prisma/schema.prisma");
  const schema: [string, string] = [schemaPath, await readFile(schemaPath, "utf8")];
  const adapter = new WholeScriptAdapter(connection);
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

const everything = { externalTables: [], externalEnums: [] };

/**
 * Applies what `prisma/migrations` has and the database has not, exactly as
 * `prisma migrate deploy` would (same engine, same `_prisma_migrations` rows), without its native
 * binary. Safe to run twice.
 *
 * @param root directory that holds `prisma/`
 * @returns names of the migrations applied now, oldest first
 * @throws when the database is away or a migration fails
 */
export async function migrate(root: string, connection: PoolConfig): Promise<string[]> {
  const { engine, close } = await openEngine(root, connection);
  try {
    const input = { migrationsList: await readMigrations(root), filters: everything };
    return (await engine.applyMigrations(input)).appliedMigrationNames;
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
