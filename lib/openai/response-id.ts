import { AppError } from "@/lib/errors";
import { clientId } from "@/lib/predictions/schema";

/**
 * A response's id names its session beside its prediction, so that `previous_response_id` finds the
 * conversation without a look-up. Whoever makes one up gains nothing: a session is found only by the key
 * that opened it.
 *
 * @param sessionId null for a response that is not kept and so cannot be continued
 */
export function responseId(predictionId: string, sessionId: string | null): string {
  const id = `resp_${predictionId.replaceAll("-", "")}`;
  return sessionId === null ? id : `${id}_${Buffer.from(sessionId).toString("base64url")}`;
}

/** @throws AppError `invalid_input` */
export function sessionOfResponse(id: string): string {
  const [, encoded = ""] = /^resp_[0-9a-f]{32}_([\w-]+)$/.exec(id) ?? [];
  const session = clientId("previous_response_id").safeParse(Buffer.from(encoded, "base64url").toString());
  if (session.success && session.data !== null) return session.data;
  throw new AppError("invalid_input", "previous_response_id is not the id of a response that was stored.", {
    field: "previous_response_id",
  });
}
