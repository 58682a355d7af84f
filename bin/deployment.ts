import { hkdfSync } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseEnv, parseStartEnv, type StartEnv } from "@/lib/env";
import type { HolderKind } from "./data-lock.ts";
import { type EmbeddedPostgres, embeddedScript, joinEmbedded, startEmbedded } from "./embedded.ts";
import { requireSecrets, storedSecrets } from "./secrets.ts";
import { StopError } from "./stop-error.ts";

export const root = path.dirname(import.meta.dirname);

export interface Settings extends StartEnv {
  /** Absolute. */
  dataDirectory: string;
  /** Where people open it, without a trailing slash. */
  address: string;
}

/** Reads `.env.local` and `.env`, as Next does. What the environment says already stays. */
function loadEnvFiles(): void {
  for (const name of [".env.local", ".env"]) {
    try {
      process.loadEnvFile(path.join(root, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/**
 * How this machine is to serve.
 * @throws StopError for a variable that is wrong
 */
export function readSettings(): Settings {
  loadEnvFiles();
  const settings = explain(() => parseStartEnv(process.env));
  if (!settings.DATABASE_URL && !existsSync(embeddedScript)) {
    throw new StopError(
      "DATABASE_URL is not set. A container brings no database of its own: give the address of a Postgres, such as postgresql://user:password@host:5432/flowlatch.",
    );
  }
  return {
    ...settings,
    dataDirectory: path.resolve(root, settings.FLOWLATCH_DATA_DIR),
    address: settings.FLOWLATCH_PUBLIC_URL ?? `http://localhost:${settings.PORT}`,
  };
}

/** The database of its own that a deployment was given, as migrations reach it; null where it brings its own. */
export function migrationUrl({ DATABASE_URL, DATABASE_URL_UNPOOLED }: StartEnv): string | null {
  return DATABASE_URL === undefined ? null : (DATABASE_URL_UNPOOLED ?? DATABASE_URL);
}

/** Configuration errors are sentences already; anything else is a defect and keeps its stack. */
export function explain<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new StopError((error as Error).message);
  }
}

/**
 * Puts the secrets where lib/env.ts reads them: this process's environment, which its children get.
 * @param isDev whether secrets of this machine's own will do on a database of its own as well
 * @throws StopError when one is missing or wrong
 */
export function applySecrets(settings: Settings, isDev: boolean): void {
  if (settings.DATABASE_URL && !isDev) requireSecrets(process.env);
  Object.assign(process.env, storedSecrets(settings.dataDirectory, process.env));
  const newest = process.env.FLOWLATCH_SESSION_SECRET?.split(",")[0]?.trim() ?? "";
  // next-auth looks for these two names.
  process.env.NEXTAUTH_SECRET = newest;
  process.env.NEXTAUTH_URL ||= settings.address;
  process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY ||= serverActionsKey(newest);
}

/**
 * What Next encrypts a page's bound values with: one key on every instance, and none that lies in the build for
 * everyone who has it. HKDF-SHA-256 (RFC 5869), 256 bits, base64.
 */
function serverActionsKey(secret: string): string {
  return Buffer.from(hkdfSync("sha256", secret, "", "flowlatch server actions", 32)).toString("base64");
}

/**
 * The database: DATABASE_URL, or the embedded one. A server has the latter to itself, a command
 * joins whoever has it open. Its address ends up in the environment.
 * @returns the embedded one, to be stopped at the end, or null
 */
export async function openPostgres(settings: Settings, kind: HolderKind): Promise<EmbeddedPostgres | null> {
  let embedded: EmbeddedPostgres | null = null;
  if (!settings.DATABASE_URL) {
    const { dataDirectory } = settings;
    embedded = kind === "server" ? await startEmbedded(dataDirectory, kind) : await joinEmbedded(dataDirectory);
    process.env.DATABASE_URL = embedded.url;
  }
  try {
    explain(() => parseEnv(process.env));
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  return embedded;
}
