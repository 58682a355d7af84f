import type { z } from "zod";
import { serveVariables, startVariables } from "@/lib/env-variables";

/** The configuration, checked. */
export type Env = z.infer<typeof serveVariables>;

/** How this machine serves Flowlatch. */
export type StartEnv = z.infer<typeof startVariables>;

type Source = Record<string, string | undefined>;

/**
 * Reads a configuration.
 * @throws Error with one line for each variable that is missing or wrong, saying which and why; values are not repeated
 */
export function parseEnv(source: Source): Env {
  return parse(serveVariables, source);
}

/** Like `parseEnv`, for starting: port, address, data directory. */
export function parseStartEnv(source: Source): StartEnv {
  return parse(startVariables, source);
}

function parse<Schema extends z.ZodType>(schema: Schema, source: Source): z.output<Schema> {
  // An empty variable is an unset one: that is how most deployment forms send it.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `  ${name} ${given[name] === undefined && name !== "DATABASE_URL" ? "is not set" : message}.`;
  });
  throw new Error(`The configuration is not complete:\n${[...new Set(lines)].join("\n")}`);
}

let cached: Env | undefined;

/** This process's configuration. Read on first use and not on import, so that a build needs none. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}

/** The address integrators call, without a trailing slash, when it is known; else that of the request. */
export function publicUrl(configuration: Env = env()): string | undefined {
  const { FLOWLATCH_PUBLIC_URL, VERCEL_PROJECT_PRODUCTION_URL } = configuration;
  if (FLOWLATCH_PUBLIC_URL) return FLOWLATCH_PUBLIC_URL;
  return VERCEL_PROJECT_PRODUCTION_URL && `https://${VERCEL_PROJECT_PRODUCTION_URL}`;
}

/** Whether requests are answered by functions that may be frozen in between, and not by a process that goes on. */
export function isServerless(): boolean {
  return env().VERCEL !== undefined;
}

/** Most database connections of this process. Functions are many, and Postgres counts them all. */
export function databasePoolSize(): number {
  return env().FLOWLATCH_DATABASE_POOL ?? (isServerless() ? 5 : 10);
}

/**
 * Whether providers may be on this machine or in its private networks. That is where people run
 * models of their own; on Vercel such an address is never meant and may be somebody else's.
 */
export function allowPrivateUpstreams(): boolean {
  return env().FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS ?? !isServerless();
}

export const isProduction = process.env.NODE_ENV === "production";
