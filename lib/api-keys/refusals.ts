import { describeLimit, type LimitState, limitName, tightestOf } from "@/lib/api-keys/limits";
import { AppError, type ErrorCode, type ErrorDetails } from "@/lib/errors";

/**
 * Why calls are refused, as operators see it (Activity, Refused calls), and what the caller is told.
 * Callers get one and the same answer for every token that does not work: whoever tries one learns
 * nothing about it.
 */
const codeByReason = {
  token_in_query: "token_in_query",
  foreign_origin: "forbidden",
  no_token: "unauthenticated",
  malformed_token: "invalid_token",
  unknown_token: "invalid_token",
  foreign_token: "invalid_token",
  retired_token: "invalid_token",
  exposed_token: "invalid_token",
  disabled_key: "invalid_token",
  expired_key: "invalid_token",
  address_not_allowed: "address_not_allowed",
  unknown_chatflow: "not_found",
  closed_chatflow: "chatflow_closed",
  other_key: "insufficient_scope",
  limit_reached: "limit_reached",
  visitor_limit_reached: "limit_reached",
} as const satisfies Record<string, ErrorCode>;

export type RefusalReason = keyof typeof codeByReason;
/** @public */
export const refusalReasons = Object.keys(codeByReason) as RefusalReason[];

const messageByCode = {
  token_in_query:
    "Send the API key in the Authorization header, not in the address, where logs keep it. Consider this key exposed and regenerate it.",
  forbidden: "Pages of other websites may not call this address.",
  unauthenticated: "This chatflow needs an API key: send it as Authorization: Bearer <token>.",
  invalid_token: "The API key is not valid. It may have been mistyped, regenerated, disabled or deleted.",
  address_not_allowed: "This API key may not be used from your address.",
  not_found: "There is no chatflow with this id.",
  chatflow_closed: "This chatflow is closed: no API key is assigned to it.",
  insufficient_scope: "This API key is valid, but it is not one that this chatflow accepts.",
} as const;

/** What is known of a call that is refused. Null where nothing is. */
export interface RefusedParty {
  workspaceId: string | null;
  apiKeyId: string | null;
  chatflowId: string | null;
  lastFour: string | null;
}

export const nobody: RefusedParty = { workspaceId: null, apiKeyId: null, chatflowId: null, lastFour: null };

/** What goes into the headers of a refusal. */
interface RefusalContext {
  limits?: LimitState[];
  /** Whose pages may read it; null when the chatflow was not looked at. */
  allowedOrigins?: string[] | null;
}

/** A refusal that operators can look up: what the caller is told, and why. */
export class RefusedCall extends AppError {
  readonly reason: RefusalReason;
  readonly party: RefusedParty;
  readonly limits: LimitState[];
  readonly allowedOrigins: string[] | null;

  constructor(
    reason: RefusalReason,
    party: RefusedParty = nobody,
    { limits = [], allowedOrigins = null }: RefusalContext = {},
  ) {
    const code = codeByReason[reason];
    const isLimit = code === "limit_reached";
    const details = isLimit ? limitDetails(limits) : {};
    super(code, isLimit ? limitMessage(reason, limits, details) : messageByCode[code], details);
    this.reason = reason;
    this.party = party;
    this.limits = limits;
    this.allowedOrigins = allowedOrigins;
  }
}

function limitDetails(limits: LimitState[]): ErrorDetails {
  return {
    // There may be room by now, where another instance's clock is ahead.
    retryAfterSeconds: Math.max(1, Math.ceil((tightestOf(limits)?.waitMs ?? 0) / 1000)),
    violatedLimits: limits.filter(({ waitMs }) => waitMs > 0).map(limitName),
  };
}

function limitMessage(reason: RefusalReason, limits: LimitState[], { retryAfterSeconds }: ErrorDetails): string {
  if (reason === "visitor_limit_reached") {
    const wait = retryAfterSeconds === 1 ? "1 second" : `${retryAfterSeconds} seconds`;
    return `Too many questions came from your address. Wait ${wait}, then ask again.`;
  }
  const limit = tightestOf(limits);
  if (!limit) return "This API key has reached its limit.";
  return `This API key has reached its limit of ${describeLimit(limit)}.`;
}
