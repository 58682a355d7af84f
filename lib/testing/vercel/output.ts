import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const configSchema = z.object({
  handler: z.string(),
  runtime: z.string(),
  maxDuration: z.number().optional(),
  supportsCancellation: z.boolean().default(false),
  /** Where the function has a file, and where it is in the project. */
  filePathMap: z.record(z.string(), z.string()).default({}),
});

export type FunctionConfig = z.infer<typeof configSchema>;

/** A function's folder in the Build Output (v3), also where it shares one with other routes. */
function folderOf(output: string, route: string): string {
  return realpathSync(path.join(output, "functions", `${route}.func`));
}

/** How Vercel is to run the function of a route, such as `api/v1/prediction/[chatflowId]`. */
export function functionConfig(output: string, route: string): FunctionConfig {
  return configSchema.parse(JSON.parse(readFileSync(path.join(folderOf(output, route), ".vc-config.json"), "utf8")));
}

/** Every route that has a function of its own, without the doubles for React's payloads. */
export function routesOf(output: string): string[] {
  const found = readdirSync(path.join(output, "functions"), { recursive: true, encoding: "utf8" });
  return found.filter((name) => name.endsWith(".func") && !name.endsWith(".rsc.func")).map((name) => name.slice(0, -5));
}

/** Puts all that a function consists of into an empty directory, as Vercel's upload does. */
export function stageFunction(root: string, output: string, route: string, directory: string): FunctionConfig {
  const config = functionConfig(output, route);
  cpSync(folderOf(output, route), directory, { recursive: true });
  for (const [name, source] of Object.entries(config.filePathMap)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    cpSync(path.resolve(root, source), file, { recursive: true, verbatimSymlinks: true });
  }
  return config;
}

/** Bytes of all files in a directory. */
export function sizeOf(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => path.join(directory, name));
  return files.reduce((sum, file) => sum + (existsSync(file) && statSync(file).isFile() ? statSync(file).size : 0), 0);
}
