import { z } from "zod";

/** At least 256 bits when written as base64 or hex. */
const secret = z.string().min(32, "must have at least 32 characters");

/** Newest first; the older ones still verify or decrypt. */
const secretList = z
  .string()
  .transform((value) => value.split(",").map((part) => part.trim()))
  .pipe(z.array(secret).min(1));

const wholeNumber = (fallback: number, min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
    .default(fallback);

const schema = z.object({
  DATABASE_URL: z.string("is not set: give the address of a Postgres, or use `npm start`, which brings one"),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "must be an address such as redis://user:password@host:6379" })
    .optional(),
  FLOWLATCH_SESSION_SECRET: secret,
  FLOWLATCH_PEPPER: secretList,
  FLOWLATCH_ENCRYPTION_KEY: secretList,
  FLOWLATCH_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://keys.example.com" })
    .transform((value) => value.replace(/\/+$/, ""))
    .optional(),
  FLOWLATCH_MAX_BODY_BYTES: wholeNumber(1_048_576, 1_024, 104_857_600),
  FLOWLATCH_TRUSTED_PROXIES: wholeNumber(0, 0, 10),
  /** Days that refused calls are kept (lib/refused-calls/prune.ts). */
  FLOWLATCH_REFUSED_CALL_DAYS: wholeNumber(30, 1, 3_650),
  FLOWLATCH_DATABASE_POOL: wholeNumber(10, 1, 200),
  FLOWLATCH_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
  FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS: z.stringbool("must be true or false").optional(),
  /** "1" on Vercel. */
  VERCEL: z.string().optional(),
  VERCEL_PROJECT_PRODUCTION_URL: z.string().optional(),
});

/** The configuration, checked. */
export type Env = z.infer<typeof schema>;

/** What `npm start` and the command line read before there is a database. */
const startSchema = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "must be an address such as postgresql://user:password@host:5432/name" })
    .optional(),
  PORT: wholeNumber(3000, 1, 65_535),
  FLOWLATCH_HOST: z.string().default("127.0.0.1"),
  FLOWLATCH_DATA_DIR: z.string().default(".data"),
  FLOWLATCH_PUBLIC_URL: schema.shape.FLOWLATCH_PUBLIC_URL,
});

/** How this machine serves Flowlatch. */
export type StartEnv = z.infer<typeof startSchema>;

type Source = Record<string, string | undefined>;

/**
 * Reads a configuration.
 * @throws Error with one line for each variable that is missing or wrong, saying which and why; values are not repeated
 */
export function parseEnv(source: Source): Env {
  return parse(schema, source);
}

/** Like `parseEnv`, for starting: port, address, data directory. */
export function parseStartEnv(source: Source): StartEnv {
  return parse(startSchema, source);
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
export function publicUrl(): string | undefined {
  const { FLOWLATCH_PUBLIC_URL, VERCEL_PROJECT_PRODUCTION_URL } = env();
  if (FLOWLATCH_PUBLIC_URL) return FLOWLATCH_PUBLIC_URL;
  return VERCEL_PROJECT_PRODUCTION_URL && `https://${VERCEL_PROJECT_PRODUCTION_URL}`;
}

/** Whether requests are answered by functions that may be frozen in between, and not by a process that goes on. */
export function isServerless(): boolean {
  return env().VERCEL !== undefined;
}

/**
 * Whether providers may be on this machine or in its private networks. That is where people run
 * models of their own; on Vercel such an address is never meant and may be somebody else's.
 */
export function allowPrivateUpstreams(): boolean {
  const { FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS, VERCEL } = env();
  return FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS ?? VERCEL === undefined;
}

export const isProduction = process.env.NODE_ENV === "production";
