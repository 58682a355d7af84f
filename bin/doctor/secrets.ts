import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { root, type Settings } from "../deployment.ts";
import { secretNames } from "../secrets.ts";
import { about, type Finding } from "./finding.ts";

const { ok, warning, failure } = about("secrets");

const generate = "Make one with `openssl rand -base64 32`.";

/** Each secret of a list, newest first. */
function valuesOf(list: string): string[] {
  return list.split(",").map((value) => value.trim());
}

function faultOf(name: string, value: string | undefined): Finding | null {
  if (!value) return failure(`${name} is not set.`, `${generate} Every instance needs the same one.`);
  if (valuesOf(value).some((each) => each.length < 32)) {
    return failure(`${name} has fewer than 32 characters.`, generate);
  }
  return null;
}

/** Two secrets that are one: whoever learns it from one place has the other too. */
function sharedFault(environment: NodeJS.ProcessEnv): Finding[] {
  const all = secretNames.flatMap((name) => valuesOf(environment[name] ?? "").filter(Boolean));
  if (new Set(all).size === all.length) return [];
  return [warning("Two secrets have the same value.", `Give each a value of its own. ${generate}`)];
}

/** Permissions that let others on this machine read a file or enter a directory; 0 where it is not there. */
function openTo(file: string): number {
  try {
    return statSync(file).mode & 0o077;
  } catch {
    return 0;
  }
}

/** Files that hold secrets and that other users of this machine can read. */
function openFiles({ dataDirectory }: Settings): Finding[] {
  if (process.platform === "win32") return [];
  const files = [
    path.join(dataDirectory, "secrets.json"),
    ...[".env", ".env.local"].map((name) => path.join(root, name)),
  ];
  return files
    .filter((file) => openTo(file) !== 0)
    .map((file) => warning(`${file} can be read by other users of this machine.`, `Run: chmod 600 ${file}`));
}

/**
 * The three secrets: there, long enough, different, and readable to nobody else.
 * To be asked before the stored ones are read, which mends the mode of their file.
 */
export function examineSecrets(settings: Settings, environment: NodeJS.ProcessEnv): Finding[] {
  const given = secretNames.filter((name) => environment[name]);
  // With a database of its own nothing is made up; without, what is missing is in the data directory.
  const required = settings.DATABASE_URL ? secretNames : given;
  const faults = required.flatMap((name) => faultOf(name, environment[name]) ?? []);
  const findings = [...faults, ...sharedFault(environment), ...openFiles(settings)];
  if (findings.length > 0) return findings;
  const isKept = existsSync(path.join(settings.dataDirectory, "secrets.json"));
  const kept = isKept ? `Kept in ${settings.dataDirectory}.` : "None yet: the first start makes them.";
  const from = given.length === secretNames.length ? "All are given." : kept;
  const older = given.flatMap((name) =>
    valuesOf(environment[name] ?? "")
      .slice(1)
      .map(() => name),
  );
  return [ok(older.length === 0 ? from : `${from} Older values still count of ${[...new Set(older)].join(" and ")}.`)];
}
