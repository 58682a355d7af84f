import { foldName, invisible, nameMaxLength, nameSchema } from "@/lib/names";

const anyInvisible = new RegExp(invisible, "gu");
const check = nameSchema("The name");

function cut(name: string, length: number): string {
  return [...name].slice(0, length).join("").trim();
}

/**
 * A name that may be given here, made of one that Flowise allowed: without what is invisible, and not too
 * long. `fallback` stands where nothing is left of it, and where it is a token.
 */
export function tidyName(given: string, fallback: string): string {
  const { success } = check.safeParse(given);
  const visible = given.toWellFormed().normalize("NFC").replace(anyInvisible, " ").replace(/\s+/g, " ").trim();
  const tidied = success ? given.normalize("NFC").trim() : cut(visible, nameMaxLength);
  return check.safeParse(tidied).success ? tidied : fallback;
}

/** The name itself or, where it is taken, the same with a mark behind it. @param taken folded names */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 0; ; n++) {
    const mark = n === 0 ? "" : n === 1 ? " (Flowise)" : ` (Flowise ${n})`;
    const candidate = cut(name, nameMaxLength - mark.length) + mark;
    if (!taken.has(foldName(candidate))) return candidate;
  }
}
