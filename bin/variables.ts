// `npm run variables`: writes the tables of variables, the README's and the guide's, from lib/env-variables.ts.
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

/** A Markdown table, its columns as wide as their longest cell, as the formatter has them. */
function markdownTable(lines: string[][]): string {
  const [headings = [], ...rows] = lines;
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const rule = widths.map((width) => "-".repeat(width));
  const padded = [headings, rule, ...rows].map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return padded.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** The README with its table as it should be, between its two marks. */
export function withTable(readme: string): string {
  const rows = [...toldVariables()].map(([name, { what, unset, needed }]) => [
    `\`${name}\``,
    what,
    unset,
    needed ?? "",
  ]);
  const table = markdownTable([["variable", "what it is", "when it is not set", "must be set for"], ...rows]);
  return readme.replace(
    /(<!-- variables -->\n\n).*?(\n\n<!-- end of variables -->)/s,
    (_, before, after) => before + table + after,
  );
}

/** The guide's page with its table as it should be: what stands right below its heading, as marks would be read out. */
export function withGuideTable(page: string): string {
  const rows = [...toldVariables()].map(([name, { what, unset }]) => [`\`${name}\``, unset, what]);
  const table = markdownTable([["Variable", "Default", "Meaning"], ...rows]);
  return page.replace(/(\n## Configuration variables\n\n)\|.*?(?=\n\n)/s, (_, heading) => heading + table);
}

if (import.meta.main) {
  const root = path.dirname(import.meta.dirname);
  const write = (name: string, change: (text: string) => string) => {
    const file = path.join(root, name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  };
  write("README.md", withTable);
  write("docs/guide/running.md", withGuideTable);
  process.disconnect?.();
}
