// Node 24 runs TypeScript by itself; what it does not know is how this project names modules:
// "@/lib/errors" from the project's root and without its ending, as tsconfig.json and Next have it.
import { statSync } from "node:fs";
import { registerHooks } from "node:module";

const root = new URL("../", import.meta.url);

const isFile = (url) => statSync(url, { throwIfNoEntry: false })?.isFile() ?? false;

/** The file that a specifier means, with its ending or without, or null where it is none of ours. */
function sourceOf(specifier, importer) {
  const isAlias = specifier.startsWith("@/");
  const isOwn = isAlias || (specifier.startsWith(".") && importer && !importer.includes("/node_modules/"));
  if (!isOwn) return null;
  const base = isAlias ? new URL(specifier.slice(2), root) : new URL(specifier, importer);
  return ["", ".ts", ".tsx", ".js"].map((ending) => new URL(base.href + ending)).find((file) => isFile(file)) ?? null;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const source = sourceOf(specifier, context.parentURL);
    // Data is imported as TypeScript and Next have it, without an attribute that says so.
    const json = source?.pathname.endsWith(".json") && { format: "json", importAttributes: { type: "json" } };
    if (source) return { url: source.href, shortCircuit: true, ...json };
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      // Next has no "exports": its modules are files, whose ending Node wants to see.
      if (error.code !== "ERR_MODULE_NOT_FOUND" || !/^next(-auth)?\//.test(specifier)) throw error;
      return nextResolve(`${specifier}.js`, context);
    }
  },
});
