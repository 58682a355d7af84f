import { z } from "zod";

/** How the README’s table tells of a variable. */
interface Told {
  /** What it is, in a few words. */
  what: string;
  /** What holds where it is not set, as Markdown. */
  unset: string;
  /** Where it must be set; nowhere unless given. */
  needed?: string;
}

/** What is told of each variable, found by its schema (bin/variables.ts writes the table). */
export const told = z.registry<Told>();

/** At least 256 bits when written as base64 or hex. */
const secret = z.string().min(32, "must have at least 32 characters");

/** Newest first; the older ones still verify or decrypt. */
const secretList = () =>
  z
    .string()
    .transform((value) => value.split(",").map((part) => part.trim()))
    .pipe(z.array(secret).min(1));

const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

const postgresUrl = () =>
  z.url({ protocol: /^postgres(ql)?$/, error: "must be an address such as postgresql://user:password@host:5432/name" });

const shared = "production with `DATABASE_URL`";

/** Read by `npm start` and the command line before there is a database. */
export const startVariables = z.object({
  PORT: wholeNumber(1, 65_535).default(3000).register(told, { what: "port to serve on", unset: "`3000`" }),
  FLOWLATCH_HOST: z.string().default("127.0.0.1").register(told, {
    what: "address to listen on; `0.0.0.0` to be reached from other machines",
    unset: "`127.0.0.1`",
  }),
  FLOWLATCH_DATA_DIR: z.string().default(".data").register(told, {
    what: "where the embedded Postgres and the secrets live",
    unset: "`.data`",
  }),
  FLOWLATCH_DRAIN_SECONDS: wholeNumber(0, 3_600).default(5).register(told, {
    what: "how long answers under way, streams above all, may take once the server was told to stop",
    unset: "`5`",
  }),
  DATABASE_URL: postgresUrl().optional().register(told, {
    what: "a Postgres (15 or newer) to use instead of the embedded one; a pooler may stand in front",
    unset: "embedded",
    needed: "Vercel, several instances",
  }),
  DATABASE_URL_UNPOOLED: postgresUrl().optional().register(told, {
    what: "the same Postgres without a pooler, for migrations",
    unset: "`DATABASE_URL`",
    needed: "behind a pooler in transaction mode",
  }),
  FLOWLATCH_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://keys.example.com" })
    .transform((value) => value.replace(/\/+$/, ""))
    .optional()
    .register(told, {
      what: "the address people and samples use; with `https:` cookies are for https alone",
      unset: "`http://localhost:PORT`; on Vercel the production domain",
    }),
});

/** Read by whatever serves. */
export const serveVariables = z.object({
  DATABASE_URL: z.string("is not set: give the address of a Postgres, or use `npm start`, which brings one"),
  FLOWLATCH_PUBLIC_URL: startVariables.shape.FLOWLATCH_PUBLIC_URL,
  FLOWLATCH_SESSION_SECRET: secretList().register(told, {
    what: "seals operators’ sessions, 32 characters or more; several separated by commas, newest first",
    unset: "made on first start",
    needed: shared,
  }),
  FLOWLATCH_PEPPER: secretList().register(told, {
    what: "keys the digests of tokens; several separated by commas, newest first, to rotate it",
    unset: "made on first start",
    needed: shared,
  }),
  FLOWLATCH_ENCRYPTION_KEY: secretList().register(told, {
    what: "encrypts stored credentials; several separated by commas, newest first",
    unset: "made on first start",
    needed: shared,
  }),
  CRON_SECRET: z.string().min(16, "must have at least 16 characters").optional().register(told, {
    what: "opens `/api/cron/cleanup`, which deletes what is no longer kept, 16 characters or more",
    unset: "that address is closed",
    needed: "Vercel",
  }),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "must be an address such as redis://user:password@host:6379" })
    .optional()
    .register(told, {
      what: "a Redis that counts the calls of keys with limits, instead of Postgres",
      unset: "none",
    }),
  FLOWLATCH_DATABASE_POOL: wholeNumber(1, 200).optional().register(told, {
    what: "most database connections of one process",
    unset: "`10`; on Vercel `5`",
  }),
  FLOWLATCH_TRUSTED_PROXIES: wholeNumber(0, 10).default(0).register(told, {
    what: "how many proxies in front to believe about the caller’s address",
    unset: "`0`; on Vercel, Vercel’s own",
  }),
  FLOWLATCH_MAX_BODY_BYTES: wholeNumber(1_024, 104_857_600).default(1_048_576).register(told, {
    what: "largest request to a prediction endpoint, in bytes",
    unset: "`1048576`",
  }),
  FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS: z.stringbool("must be true or false").optional().register(told, {
    what: "whether model providers may be on this machine or in its private networks",
    unset: "`true`; on Vercel `false`",
  }),
  FLOWLATCH_REFUSED_CALL_DAYS: wholeNumber(1, 3_650).default(30).register(told, {
    what: "days that refused calls are kept",
    unset: "`30`",
  }),
  FLOWLATCH_METRICS_TOKEN: secret.optional().register(told, {
    what: "opens `/api/metrics` for a Prometheus server, 32 characters or more",
    unset: "that address is closed",
  }),
  FLOWLATCH_LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "silent"])
    .default("info")
    .register(told, { what: "`fatal`, `error`, `warn`, `info`, `debug` or `silent`", unset: "`info`" }),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be an address such as http://collector:4318" })
    .optional()
    .register(told, {
      what: "an OpenTelemetry collector that is told of every API call, by OTLP over HTTP",
      unset: "nobody is told",
    }),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional().register(told, {
    what: "headers that the collector asks for, such as `authorization=Bearer%20…`; several separated by commas",
    unset: "none",
  }),
  OTEL_SERVICE_NAME: z.string().optional().register(told, {
    what: "how traces name this deployment",
    unset: "`flowlatch`",
  }),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional().register(told, {
    what: "more that every trace says of this deployment, such as `deployment.environment.name=production`",
    unset: "nothing",
  }),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number("must be a number from 0 to 1")
    .min(0, "must be at least 0")
    .max(1, "must be at most 1")
    .default(1)
    .register(told, {
      what: "which part of the calls is told of, where the caller’s `traceparent` does not decide",
      unset: "`1`, all",
    }),
  VERCEL: z.string().optional().register(told, {
    what: "says that functions serve, which may be frozen between two calls",
    unset: "set by Vercel",
  }),
  VERCEL_PROJECT_PRODUCTION_URL: z.string().optional().register(told, {
    what: "the production domain, used where `FLOWLATCH_PUBLIC_URL` is not set",
    unset: "set by Vercel",
  }),
});
