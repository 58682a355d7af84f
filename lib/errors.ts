/** Every failure a caller may be told about, with the HTTP status it has on the wire. */
const statusByCode = {
  invalid_request: 400,
  token_in_query: 400,
  unauthenticated: 401,
  invalid_token: 401,
  forbidden: 403,
  insufficient_scope: 403,
  address_not_allowed: 403,
  chatflow_closed: 403,
  setup_code_invalid: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  name_taken: 409,
  already_set_up: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid_input: 422,
  limit_reached: 429,
  too_many_attempts: 429,
  internal: 500,
  upstream_failed: 502,
  upstream_busy: 503,
  database_unavailable: 503,
  limits_unavailable: 503,
  upstream_timeout: 504,
} as const;

export type ErrorCode = keyof typeof statusByCode;

export interface ErrorDetails {
  /** Name of the form field or JSON property at fault. */
  field?: string;
  /** Seconds after which a retry makes sense. */
  retryAfterSeconds?: number;
  /** Names of the limits that had no room for the call, as in its `RateLimit` header. */
  violatedLimits?: string[];
  cause?: unknown;
}

/**
 * A failure meant for the caller. `message` is a sentence for people and is sent as it stands, so
 * it never holds a token, a digest or SQL. Thrown in the domain, translated once per transport.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly violatedLimits: string[] | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.violatedLimits = details.violatedLimits;
  }

  get status(): number {
    return statusByCode[this.code];
  }
}

/** By code or, of Prisma's driver adapter where it keeps none, by kind. */
const connectionErrors = new Set([
  // Sockets and names
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  // Prisma: cannot reach, timed out, closed, pool exhausted, no turn for a transaction
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
  "ConnectionClosed",
  "DatabaseNotReachable",
  "SocketTimeout",
  "TlsConnectionError",
  // Postgres: no such database, read-only, a disk that fails
  "3D000",
  "25006",
  "58030",
]);

/**
 * Connection lost, out of connections, memory or disk, and shutting down or starting up
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const connectionClasses = /^(08|53|57P)/;

function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== "object" || error === null || depth > 4) return [];
  const { code, cause, kind, originalCode, meta, errors } = error as Record<string, unknown>;
  const nested = Array.isArray(errors) ? errors : [];
  return [
    ...[code, kind, originalCode].filter((value) => typeof value === "string"),
    ...[cause, (meta as Record<string, unknown> | undefined)?.driverAdapterError, ...nested].flatMap((inner) =>
      codesOf(inner, depth + 1),
    ),
  ];
}

/** True when the database could not be reached or would not serve, as opposed to refusing a statement. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (codesOf(error).some((code) => connectionErrors.has(code) || connectionClasses.test(code))) return true;
  // pg gives its own time-outs no code, nor a statement on a connection that was lost meanwhile.
  return (
    error instanceof Error &&
    /timeout exceeded when trying to connect|Query read timeout|Connection terminated|is not queryable/.test(
      `${error.message} ${(error.cause as Error | undefined)?.message ?? ""}`,
    )
  );
}

/** Any thrown value as an AppError. What is not one becomes `internal` and its message stays here. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseUnavailable(error)) {
    return new AppError(
      "database_unavailable",
      "The database cannot be reached right now. Try again in a few seconds.",
      { cause: error, retryAfterSeconds: 5 },
    );
  }
  return new AppError("internal", "Something went wrong on our side. Nothing was changed.", {
    cause: error,
  });
}
