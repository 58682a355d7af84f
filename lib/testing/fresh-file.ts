// Before each test file. One process runs many of them and loads packages once; what is ours starts anew.
// Before anything of Next is loaded: server actions run in a storage that this makes possible.
import "next/dist/server/node-environment-baseline";
import { afterAll, vi } from "vitest";

vi.resetModules();
for (const name of Object.keys(globalThis)) {
  // Prisma's engine is WebAssembly, which cannot be loaded a second time.
  if (name.startsWith("flowlatch") && name !== "flowlatchSchemaEngine") Reflect.deleteProperty(globalThis, name);
}
const environment = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
