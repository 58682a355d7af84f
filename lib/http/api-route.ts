import { rateLimitHeaders } from "@/lib/api-keys/limits";
import { RefusedCall } from "@/lib/api-keys/refusals";
import { AppError, toAppError } from "@/lib/errors";
import { slowGuessing } from "@/lib/http/bad-token-budget";
import { refuseTokenInQuery } from "@/lib/http/bearer";
import { callerAddress } from "@/lib/http/client-address";
import { addCors, corsHeaders, type WebsitesOf } from "@/lib/http/cors";
import { apiHeaders, problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";
import { routeOf } from "@/lib/http/route-of";
import { countErrorAnswer } from "@/lib/metrics/metrics";
import { recordRefusedCall } from "@/lib/refused-calls/record";
import { beginTrace, type Trace } from "@/lib/tracing/trace";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = (typeof methods)[number];

export interface ApiCall<Params> {
  request: Request;
  requestId: string;
  /** When the call came in, in milliseconds of `performance.now()`. */
  startedAt: number;
  /** Headers of the answer, whatever it becomes; a handler may add to them. */
  headers: Record<string, string>;
  params: Params;
  trace: Trace;
}

type Handler<Params> = (call: ApiCall<Params>) => Promise<Response>;
type Route<Params> = (request: Request, context: { params: Promise<Params> }) => Promise<Response>;

/** How a failure is told, whatever was thrown: problem+json, unless a route's clients expect another form. */
export type ErrorAnswer = (error: unknown, requestId: string, accept: string) => Response;

interface RouteOptions<Params> {
  errorAnswer?: ErrorAnswer;
  /**
   * For what pages of other websites call from the browser. A handler that has read its chatflow adds
   * `corsHeaders` to its headers, and nothing is looked up.
   */
  websitesOf?: WebsitesOf<Params>;
  /** What a call names as its chatflow where the path does not: for calls that were refused unread. */
  chatflowIn?: (request: Request) => Promise<unknown>;
}

/**
 * The exports of a `route.ts` under /api: the given handlers, behind what every API answer has in
 * common. No token in the query, a request id, no caching, any thrown value as an error answer, and 405
 * with Allow for the other verbs.
 */
export function apiRoute<Params>(
  handlers: { [M in Method]?: Handler<Params> },
  { errorAnswer = problemResponse, websitesOf, chatflowIn }: RouteOptions<Params> = {},
): Record<Method, Route<Params>> {
  const allow = methods.filter((method) => method === "OPTIONS" || handlerFor(handlers, method)).join(", ");
  return Object.fromEntries(
    methods.map((method) => {
      const handler = handlerFor(handlers, method) ?? otherVerb(method, allow);
      return [method, guarded(handler, { allow, errorAnswer, websitesOf, chatflowIn })];
    }),
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

interface Guard<Params> {
  /** The verbs there are. */
  allow: string;
  errorAnswer: ErrorAnswer;
  websitesOf: WebsitesOf<Params> | undefined;
  chatflowIn: RouteOptions<Params>["chatflowIn"];
}

function guarded<Params>(handler: Handler<Params>, guard: Guard<Params>): Route<Params> {
  const { allow, websitesOf } = guard;
  return async (request, { params }) => {
    const requestId = requestIdOf(request.headers);
    const startedAt = performance.now();
    const given = await params;
    const { headers, method, url } = request;
    const trace = beginTrace({ headers, method, requestId, route: () => routeOf(url, Object(given)) });
    const call = { request, requestId, startedAt, headers: apiHeaders(requestId), params: given, trace };
    const response = await answer(handler, call, guard);
    if (response.status === 405) response.headers.set("Allow", allow);
    if (websitesOf) await addCors(response, { request, params: given, allow, websitesOf });
    trace.answered(response.status);
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

async function answer<Params>(
  handler: Handler<Params>,
  call: ApiCall<Params>,
  { errorAnswer, chatflowIn }: Guard<Params>,
): Promise<Response> {
  const { request, requestId, headers, trace } = call;
  try {
    refuseTokenInQuery(new URL(request.url).searchParams);
    return await handler(call);
  } catch (error) {
    if (error instanceof RefusedCall) {
      const { chatflowId } = Object(call.params) as { chatflowId?: unknown };
      const chatflow = chatflowIn && !request.bodyUsed ? await chatflowIn(request) : chatflowId;
      recordRefusedCall(error, { requestId, address: callerAddress(request.headers), chatflow });
    }
    const refusal = slowGuessing(error, request.headers);
    const { code } = toAppError(refusal);
    countErrorAnswer(code);
    trace.note({ "flowlatch.outcome": code });
    const response = errorAnswer(refusal, requestId, request.headers.get("accept") ?? "");
    const told = error instanceof RefusedCall ? headersOf(error, request.headers) : {};
    for (const [name, value] of Object.entries({ ...headers, ...told })) response.headers.set(name, value);
    return response;
  }
}

function headersOf({ limits, allowedOrigins }: RefusedCall, headers: Headers): Record<string, string> {
  return { ...rateLimitHeaders(limits), ...(allowedOrigins && corsHeaders(headers, allowedOrigins)) };
}
