import type { NextRequest } from "next/server";
import NextAuth, { type NextAuthOptions } from "next-auth";
import { authOptions } from "@/lib/auth/options";
import { AppError } from "@/lib/errors";
import { problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  const options = authOptions();
  // next-auth keeps the failure of an event to itself, and would say that a session is over that goes on.
  let failure: unknown = null;
  const events: NextAuthOptions["events"] = {
    ...options.events,
    async signOut(message) {
      try {
        await options.events?.signOut?.(message);
      } catch (error) {
        failure = error;
      }
    },
  };
  try {
    const response = await NextAuth(request, context as never, { ...options, events });
    return failure === null ? response : problemResponse(failure, requestIdOf(request.headers));
  } catch (error) {
    // next-auth reads the body before anything else, and takes for granted that it is what it says it is.
    if (!(error instanceof SyntaxError)) throw error;
    const unreadable = new AppError("invalid_request", "The body is not valid JSON.");
    return problemResponse(unreadable, requestIdOf(request.headers));
  }
}

export { handle as GET, handle as POST };
