/**
 * What a migration may not do, as instances of the version before it go on serving while it runs and after:
 * expand first, and contract in a later release, when nothing reads the old any more. What locks a table that
 * may be large is done in steps (https://www.postgresql.org/docs/current/sql-altertable.html, "Notes").
 */
const rules: { pattern: RegExp; instead: string }[] = [
  {
    pattern: /\bDROP (TABLE|COLUMN|VIEW|FUNCTION|TYPE)\b/i,
    instead: "drop it in a release after the one that stopped reading it",
  },
  { pattern: /\bRENAME\b/i, instead: "add the new one, write both, and drop the old one in a later release" },
  { pattern: /\bALTER COLUMN \S+ (SET DATA )?TYPE\b/i, instead: "add a column of the new type and fill it in batches" },
  {
    pattern: /\bALTER COLUMN \S+ SET NOT NULL\b/i,
    instead: "add a CHECK (… IS NOT NULL) NOT VALID and validate it in a migration of its own",
  },
  {
    pattern: /\bADD COLUMN (?:IF NOT EXISTS )?\S+ [^,;]*\bNOT NULL\b(?![^,;]*\bDEFAULT\b)(?<!\bDEFAULT\b[^,;]*)/i,
    instead: "give the column a DEFAULT: the version before this one does not name it",
  },
  {
    pattern: /\bADD CONSTRAINT \S+ (FOREIGN KEY|CHECK)\b(?!.*\bNOT VALID\b)/is,
    instead: "add it NOT VALID and VALIDATE it in a migration of its own",
  },
  { pattern: /\bCREATE (UNIQUE )?INDEX (?!CONCURRENTLY\b)/i, instead: "create it CONCURRENTLY, alone in a migration" },
  {
    pattern: /\bDROP INDEX CONCURRENTLY (?!IF EXISTS\b)/i,
    instead: "drop it IF EXISTS: a start that ends here does it again",
  },
  { pattern: /^\s*(UPDATE|DELETE FROM)\b/i, instead: "change many rows in batches, from lib/maintenance" },
];

/** Tables that a migration makes itself: empty, and read by nobody yet. */
function madeHere(sql: string): string[] {
  return [...sql.matchAll(/\bCREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?/gi)].map((match) => match[1] as string);
}

/** The statements of a script, without comments and the bodies of functions. */
function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/\$(\w*)\$.*?\$\1\$/gs, "''")
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^--.*$/gm, "").trim() !== "");
}

const allowed = /^-- allowed: \S.*$/m;

/**
 * What is wrong with a migration, one line each. A statement under a comment `-- allowed: <why>` is let through.
 * @param sql the whole script
 */
export function migrationFaults(sql: string): string[] {
  const own = madeHere(sql);
  return statementsOf(sql).flatMap((written) => {
    const statement = written.replaceAll(/^--.*$/gm, "").trim();
    const table = /\b(?:TABLE|ON|UPDATE|FROM)\s+(?:ONLY )?"?(\w+)"?/i.exec(statement)?.[1] ?? "";
    if (allowed.test(written) || own.includes(table)) return [];
    return rules
      .filter(({ pattern }) => pattern.test(statement))
      .map(({ instead }) => `${statement.split("\n")[0]} — ${instead}`);
  });
}
