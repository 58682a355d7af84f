import { database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { isAllowedOrigin } from "@/lib/http/cors";
import { readJson } from "@/lib/http/json-body";
import { isSameOrigin } from "@/lib/http/same-origin";
import { saveLead } from "@/lib/leads/save";
import { saveLeadSchema } from "@/lib/leads/schema";
import { parseInput } from "@/lib/parse-input";
import { admitCall } from "@/lib/predictions/start";
import { allowedOriginsOf } from "@/lib/sharing/origins";
import { isListedOrigin } from "@/lib/sharing/visited";

/** Bytes of a body: a few lines. */
const bodyMaxBytes = 16_384;

/**
 * The browser asks whether a website may send before it says to which chatflow, and is told so where any chatflow
 * lists the website. So the list is gone through once more when the chatflow is known.
 */
function assertAllowedWebsite(headers: Headers, allowedOrigins: string[]): void {
  const origin = headers.get("origin");
  if (origin === null || isSameOrigin(headers) || isAllowedOrigin(origin, allowedOrigins)) return;
  throw new AppError("forbidden", "This website may not use this chatflow.");
}

/** Keeps who a visitor says they are. Who may is decided as for a prediction, and it counts as a call. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute(
  {
    POST: async (call) => {
      const { request, headers } = call;
      const token = bearerToken(request.headers);
      const lead = parseInput(saveLeadSchema, await readJson(request, bodyMaxBytes));
      const { grant, now } = await admitCall(call, { chatflowId: lead.chatflowid, token, sessionId: null });
      assertAllowedWebsite(request.headers, allowedOriginsOf(grant.chatflow.sharing));
      return Response.json(await saveLead(database(), grant, { lead, now }), { headers });
    },
  },
  { websitesOf: async (_, origin) => ((await isListedOrigin(database(), origin)) ? [origin] : []) },
);
