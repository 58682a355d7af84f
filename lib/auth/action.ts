import "server-only";
import { headers } from "next/headers";
import { currentOperator, type Operator } from "@/lib/auth/current";
import type { Context } from "@/lib/context";
import { database } from "@/lib/db/client";
import { AppError, toAppError } from "@/lib/errors";
import { callerAddress } from "@/lib/http/client-address";
import { requestIdOf } from "@/lib/http/request-id";
import { log } from "@/lib/log";

/** What a server action answers. Built field by field: all of it reaches the browser. */
export type ActionResult<Data> =
  | { ok: true; data: Data }
  | { ok: false; error: { code: string; message: string; field?: string } };

/** What a context takes from the request. */
export type RequestOrigin = Pick<Context, "requestId" | "address">;

/**
 * Runs a server action's work and turns a thrown error into an answer. Every action goes through
 * here or `operatorAction`: actions are public POST endpoints.
 */
export async function answerAction<Data>(work: (origin: RequestOrigin) => Promise<Data>): Promise<ActionResult<Data>> {
  const given = await headers();
  const requestId = requestIdOf(given);
  try {
    return { ok: true, data: await work({ requestId, address: callerAddress(given) }) };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === "internal") log().error({ requestId, err: error.cause }, "action failed");
    const message =
      error.code === "internal" ? `${error.message} Quote ${requestId} when you ask about it.` : error.message;
    return { ok: false, error: { code: error.code, message, ...(error.field && { field: error.field }) } };
  }
}

/**
 * A server action for signed-in operators: session, then the use case, which checks role and input
 * itself, then the answer.
 */
export function operatorAction<Input, Data>(
  work: (ctx: Context & { actor: Operator }, input: Input) => Promise<Data>,
): (input: Input) => Promise<ActionResult<Data>> {
  return async (input) =>
    await answerAction(async (origin) => {
      const actor = await currentOperator();
      if (!actor) throw new AppError("unauthenticated", "Your session has ended. Sign in again; nothing was changed.");
      return await work({ db: database(), actor, now: new Date(), ...origin }, input);
    });
}
