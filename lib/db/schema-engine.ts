import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";

type EngineClass = typeof import("@prisma/schema-engine-wasm").SchemaEngine;

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

/** The engine, instantiated once. */
export function loadEngine(): Promise<EngineClass> {
  shared.flowlatchSchemaEngine ??= instantiateEngine();
  return shared.flowlatchSchemaEngine;
}
