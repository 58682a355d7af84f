import "server-only";
import { currentOperator, type Operator } from "@/lib/auth/current";
import type { Context } from "@/lib/context";
import { database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { callerAddress } from "@/lib/http/client-address";
import { apiHeaders, problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";
import { assertSameOrigin } from "@/lib/http/same-origin";

type OperatorContext = Context & { actor: Operator };

/**
 * A route of the dashboard, opened by the session cookie: where the request comes from, unless it
 * only reads, then the session, then the use case, which checks role and input itself. What it
 * throws becomes problem+json.
 * @param work answers data, sent as JSON, or a response of its own
 */
export function operatorRoute<Params = unknown>(
  work: (ctx: OperatorContext, request: Request, params: Params) => Promise<Response | object>,
) {
  return async (request: Request, { params }: { params: Promise<Params> }): Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    try {
      if (request.method !== "GET") assertSameOrigin(request.headers);
      const actor = await currentOperator();
      if (!actor) throw new AppError("unauthenticated", "Your session has ended. Sign in again, then try once more.");
      const address = callerAddress(request.headers);
      const answer = await work({ db: database(), actor, now: new Date(), requestId, address }, request, await params);
      return answer instanceof Response ? answer : Response.json(answer, { headers: apiHeaders(requestId) });
    } catch (error) {
      return problemResponse(error, requestId);
    }
  };
}
