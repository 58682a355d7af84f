// `npm run variables`: writes the README's table of variables from lib/env-variables.ts.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { serveVariables, startVariables, told } from "@/lib/env-variables";

/** Every variable that is told of, by its name. One that is read twice is told of once. */
export function toldVariables() {
  const fields = [startVariables, serveVariables].flatMap(({ shape }) => Object.entries(shape));
  return new Map(
    fields.flatMap(([name, field]) => {
      const row = told.get(field);
      return row ? [[name, row] as const] : [];
    }),
  );
}

function table(): string {
  const rows = [...toldVariables()].map(([name, { what, unset, needed }]) => [
    `\`${name}\``,
    what,
    unset,
    needed ?? "",
  ]);
  const lines = [["variable", "what it is", "when it is not set", "must be set for"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const rule = widths.map((width) => "-".repeat(width));
  const padded = [lines[0] ?? [], rule, ...rows].map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)),
  );
  return padded.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** A text with the table as it should be, between its two marks. */
export function withTable(text: string): string {
  return text.replace(/(<!-- variables -->\n\n).*?(\n\n<!-- end of variables -->)/s, `$1${table()}$2`);
}

if (import.meta.main) {
  const readme = path.join(path.dirname(import.meta.dirname), "README.md");
  writeFileSync(readme, withTable(readFileSync(readme, "utf8")));
  process.disconnect?.();
}
