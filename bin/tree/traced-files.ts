import { existsSync, readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { nodeFileTrace, resolve } from "@vercel/nft";

/** Built pages and routes load these: Next writes beside each what it needs (its "Output File Tracing"). */
export function filesOfBuild(root: string): string[] {
  const build = path.join(root, ".next");
  const traces = readdirSync(build, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".nft.json"));
  return traces.flatMap((name) => {
    const trace = path.join(build, name);
    const { files } = JSON.parse(readFileSync(trace, "utf8")) as { files: string[] };
    return files.map((file) => path.relative(root, path.resolve(path.dirname(trace), file)));
  });
}

/**
 * What programs of bin import, as Node itself would resolve it (bin/resolve-imports.mjs).
 * @param entries relative to the project's directory
 * @param isLeftOut of a file relative to the project's directory, which then is not followed either
 */
export async function filesOfPrograms(
  root: string,
  entries: string[],
  isLeftOut: (file: string) => boolean,
): Promise<string[]> {
  const { fileList } = await nodeFileTrace(
    entries.map((entry) => path.join(root, entry)),
    {
      base: root,
      conditions: ["node", "react-server"],
      resolve: (id, parent, job, isRequire) =>
        resolve(id.startsWith("@/") ? path.join(root, id.slice(2)) : id, parent, job, isRequire),
      ignore: isLeftOut,
      readFile: async (file) => {
        // Asked for package.json wherever there may be one.
        if (!existsSync(file)) return null;
        // Large bundles, whose imports Next's own trace names or which have none, are what takes longest to read.
        if (/\/(next\/dist\/compiled\/(next-server|@?edge-runtime)\/.*|unpdf\/dist\/pdfjs)\.m?js$/.test(file))
          return "";
        const text = readFileSync(file, "utf8");
        return file.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
      },
    },
  );
  return [...fileList];
}
