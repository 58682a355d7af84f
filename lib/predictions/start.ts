import "server-only";
import type { Call } from "@/lib/api-keys/find-call";
import { rateLimitHeaders } from "@/lib/api-keys/limits";
import type { Token } from "@/lib/api-keys/token";
import { type Grant, verifyCall } from "@/lib/api-keys/verify";
import { database } from "@/lib/db/client";
import type { ApiCall } from "@/lib/http/api-route";
import { callerAddress } from "@/lib/http/client-address";
import { corsHeaders } from "@/lib/http/cors";
import { type OpenPrediction, openPrediction } from "@/lib/predictions/predict";
import type { PredictionRequest } from "@/lib/predictions/schema";
import { allowedOriginsOf } from "@/lib/sharing/origins";
import { traced } from "@/lib/tracing/traced";

/** An API call that has been verified. */
export interface Admission {
  grant: Grant;
  now: Date;
}

/**
 * Lets an API call in, or throws why not, in whichever dialect it was made. Its answer's headers then
 * say what is left of the limits, and to which websites' pages they may be told.
 * @throws as `verifyCall`
 */
export async function admitCall(
  { request, headers, trace }: ApiCall<unknown>,
  call: Omit<Call, "address">,
): Promise<Admission> {
  const now = new Date();
  const address = callerAddress(request.headers);
  const grant = await traced(trace.step("verify"), () => verifyCall(database(), { ...call, address }, now));
  trace.note({ "flowlatch.chatflow.id": grant.chatflow.id, "flowlatch.key.id": grant.secret && grant.credentialId });
  const allowedOrigins = allowedOriginsOf(grant.chatflow.sharing);
  Object.assign(headers, rateLimitHeaders(grant.limits), corsHeaders(request.headers, allowedOrigins));
  return { grant, now };
}

/**
 * Starts what an admitted API call asks for.
 * @param endableAs under which name its caller may end it (see `endAnswers`); by itself, its chat's
 * @throws as `openPrediction`
 */
export async function startAdmitted(
  { request: http, requestId, startedAt, trace }: ApiCall<unknown>,
  { grant, now }: Admission,
  request: PredictionRequest,
  endableAs = request.chatId,
): Promise<OpenPrediction> {
  const { signal } = http;
  const address = callerAddress(http.headers);
  const call = { db: database(), now, startedAt, requestId, trace, signal, address, request, endableAs };
  return await openPrediction(call, grant);
}

/** A question on its way to a chatflow. */
export interface Asked {
  /** The chatflow's id or, of the token's own workspace, its slug. */
  chatflowId: string;
  token: Token | null;
  request: PredictionRequest;
  /** Throws where the answer would be another than was asked for, which the grant alone can tell. */
  assertAnswerable?: (grant: Grant) => void;
}

export interface StartedPrediction extends OpenPrediction {
  /** The chatflow's. */
  slug: string;
  /** When it was asked. */
  now: Date;
}

/**
 * The way of every prediction, whatever its dialect: verify, then start the engine.
 * @throws as `verifyCall` and `openPrediction`
 */
export async function startPrediction(
  call: ApiCall<unknown>,
  { chatflowId, token, request, assertAnswerable }: Asked,
): Promise<StartedPrediction> {
  const sessionId = request.continuesSession ? request.sessionId : null;
  const admission = await admitCall(call, { chatflowId, token, sessionId });
  assertAnswerable?.(admission.grant);
  const prediction = await startAdmitted(call, admission, request);
  return { ...prediction, slug: admission.grant.chatflow.slug, now: admission.now };
}
