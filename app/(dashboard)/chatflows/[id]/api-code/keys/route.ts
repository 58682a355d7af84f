import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { currentOperator } from "@/lib/auth/current";
import { database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { apiHeaders, problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";

/** The keys the dialog's combobox offers for what was typed (`?search=`). For signed-in operators. */
export async function GET(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    const actor = await currentOperator();
    if (!actor) throw new AppError("unauthenticated", "Your session has ended. Sign in again.");
    const search = new URL(request.url).searchParams.get("search") ?? "";
    const options = await searchApiKeyOptions({ db: database(), actor, now: new Date(), requestId }, { search });
    return Response.json({ options }, { headers: apiHeaders(requestId) });
  } catch (error) {
    return problemResponse(error, requestId);
  }
}
