import { readFileSync } from "node:fs";
import path from "node:path";

/** A test that shows that a line holds. */
export interface Named {
  /** As it stands in the table. */
  text: string;
  /** Undefined where the text names none. */
  file: string | undefined;
  title: string | undefined;
}

/** The lines of all tables of docs/security.md: what each is about, what holds, and the tests that show it. */
export function securityTable(root: string): { about: string; holds: string; shownBy: Named[] }[] {
  return readFileSync(path.join(root, "docs/security.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (ASVS 5\.0|reported of|part|door|---)/.test(line))
    .map((line) => line.slice(2, -2).split(" | "))
    .map((cells) => ({
      about: cells[0] ?? "",
      holds: cells.at(-2) ?? "",
      shownBy: (cells.at(-1) ?? "").split("<br>").map((text) => {
        const [, file, title] = /^`([^`]+\.ts)`: "([^"]+)"$/.exec(text) ?? [];
        return { text, file, title };
      }),
    }));
}
