import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** Exported functions that take a context first but are no use cases. */
const parts = [
  // A condition, for the lists and the export that check the permission.
  "activityWhere",
  // What the use cases over providers begin with: they check the permission, it checks the workspace.
  ...["readProvider", "renewCredential"],
];
/** Use cases of nobody: whoever has the link or the token may, and its own workspace is acted in. */
export const byPossession = ["openShare", "revokeToken"];

/**
 * The use cases there are, found in the source: exported functions whose first parameter is a `Context`.
 * What takes a transaction first is a step inside of one. Reading text is enough, because types of
 * parameters are written out on everything exported, and no table needs to be kept beside it: a new
 * function is found until somebody says above why it is no use case.
 */
export function useCasesInSource(): string[] {
  const files = globSync("lib/**/*.ts", { cwd: root, exclude: ["lib/testing/**", "lib/db/generated/**"] });
  const found = files
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => [...readFileSync(path.join(root, file), "utf8").matchAll(exported)])
    .map((match) => match[1] as string);
  return found.filter((name) => !parts.includes(name)).sort();
}

/** `export async function name(ctx: Context`, `export const name = (ctx: Context`, also destructured or without an actor. */
const exported =
  /^export (?:default )?(?:async )?(?:function\*? ?|const )(\w+)(?:<[^(]*>)?(?:: [^=]*)?(?: = (?:async )?)?\(\s*(?:\w+|\{[^}]*\}): (?:\w+<)?Context\b/gm;
