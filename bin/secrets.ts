import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { StopError } from "./stop-error.ts";

/** The variables that hold a deployment's secrets. */
export const secretNames = ["FLOWLATCH_SESSION_SECRET", "FLOWLATCH_PEPPER", "FLOWLATCH_ENCRYPTION_KEY"] as const;
export type Secrets = Record<(typeof secretNames)[number], string>;

const storedSchema = z.object({
  FLOWLATCH_SESSION_SECRET: z.string().min(32),
  FLOWLATCH_PEPPER: z.string().min(32),
  FLOWLATCH_ENCRYPTION_KEY: z.string().min(32),
});

function read(file: string): Secrets {
  try {
    const secrets = storedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    chmodSync(file, 0o600);
    return secrets;
  } catch (error) {
    throw new StopError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "its content is not what was written"}). Restore it from a backup: without it no API key and no session of this data directory is valid.`,
    );
  }
}

/** Secrets that nobody knows yet: 256 random bits each. */
export function newSecrets(): Secrets {
  return Object.fromEntries(secretNames.map((name) => [name, randomBytes(32).toString("base64url")])) as Secrets;
}

/** Writes new secrets, unless another process was first; then its secrets are the ones. */
function create(file: string): Secrets {
  const secrets = newSecrets();
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return read(file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * The deployment's secrets: those given in the environment, the others from `secrets.json` in the
 * data directory, which is made on first use and readable to this user alone.
 * @throws StopError when the file is damaged, or gone while the data it belongs to is there
 */
export function storedSecrets(dataDirectory: string, source: Record<string, string | undefined>): Secrets {
  const file = path.join(dataDirectory, "secrets.json");
  const given = Object.fromEntries(secretNames.flatMap((name) => (source[name] ? [[name, source[name]]] : [])));
  if (Object.keys(given).length === secretNames.length) return given as Secrets;
  if (existsSync(file)) return { ...read(file), ...given };
  if (existsSync(path.join(dataDirectory, "postgres"))) {
    throw new StopError(
      `${file} is gone, but the data it belongs to is still there. Restore it from a backup, or move ${dataDirectory} away to begin anew.`,
    );
  }
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  return { ...create(file), ...given };
}

/**
 * With a database of their own, several machines share it, so none may invent secrets for itself.
 * @throws StopError that names every missing variable
 */
export function requireSecrets(source: Record<string, string | undefined>): void {
  const missing = secretNames.filter((name) => !source[name]);
  if (missing.length === 0) return;
  throw new StopError(
    `With DATABASE_URL in production the secrets must be given: set ${missing.join(" and ")}. Each needs 32 random bytes, for example from: openssl rand -base64 32`,
  );
}
