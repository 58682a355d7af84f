import { rateLimitHeaders } from "@/lib/api-keys/limits";
import { RefusedCall } from "@/lib/api-keys/refusals";
import { AppError } from "@/lib/errors";
import { slowGuessing } from "@/lib/http/bad-token-budget";
import { refuseTokenInQuery } from "@/lib/http/bearer";
import { callerAddress } from "@/lib/http/client-address";
import { apiHeaders, problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";
import { recordRefusedCall } from "@/lib/refused-calls/record";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = (typeof methods)[number];

export interface ApiCall<Params> {
  request: Request;
  requestId: string;
  /** Headers of the answer, whatever it becomes; a handler may add to them. */
  headers: Record<string, string>;
  params: Params;
}

type Handler<Params> = (call: ApiCall<Params>) => Promise<Response>;
type Route<Params> = (request: Request, context: { params: Promise<Params> }) => Promise<Response>;

/**
 * The exports of a `route.ts` under /api: the given handlers, behind what every API answer has in
 * common. No token in the query, a request id, no caching, any thrown value as problem+json, and 405
 * with Allow for the other verbs.
 */
export function apiRoute<Params>(handlers: { [M in Method]?: Handler<Params> }): Record<Method, Route<Params>> {
  const allow = methods.filter((method) => method === "OPTIONS" || handlerFor(handlers, method)).join(", ");
  return Object.fromEntries(
    methods.map((method) => [method, guarded(handlerFor(handlers, method) ?? otherVerb(method, allow), allow)]),
  ) as Record<Method, Route<Params>>;
}

function handlerFor<Params>(handlers: { [M in Method]?: Handler<Params> }, method: Method) {
  return handlers[method] ?? (method === "HEAD" ? handlers.GET : undefined);
}

function otherVerb(method: Method, allow: string): Handler<unknown> {
  return async ({ headers }) => {
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { ...headers, Allow: allow } });
    throw new AppError("method_not_allowed", `${method} is not possible here. Allowed: ${allow}.`);
  };
}

function guarded<Params>(handler: Handler<Params>, allow: string): Route<Params> {
  return async (request, context) => {
    const requestId = requestIdOf(request.headers);
    const response = await answer(handler, request, context, requestId);
    if (response.status === 405) response.headers.set("Allow", allow);
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

async function answer<Params>(
  handler: Handler<Params>,
  request: Request,
  context: { params: Promise<Params> },
  requestId: string,
): Promise<Response> {
  const headers = apiHeaders(requestId);
  try {
    refuseTokenInQuery(new URL(request.url).searchParams);
    return await handler({ request, requestId, headers, params: await context.params });
  } catch (error) {
    if (error instanceof RefusedCall) {
      const { chatflowId } = (await context.params) as { chatflowId?: unknown };
      recordRefusedCall(error, { requestId, address: callerAddress(request.headers), chatflowId });
    }
    const problem = problemResponse(
      slowGuessing(error, request.headers),
      requestId,
      request.headers.get("accept") ?? "",
    );
    const limits = error instanceof RefusedCall ? rateLimitHeaders(error.limits) : {};
    for (const [name, value] of Object.entries({ ...headers, ...limits })) problem.headers.set(name, value);
    return problem;
  }
}
