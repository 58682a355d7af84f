import { z } from "zod";
import { revokeToken } from "@/lib/api-keys/revoke";
import { database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { AddressBudget } from "@/lib/http/address-budget";
import { apiRoute } from "@/lib/http/api-route";
import { callerAddress } from "@/lib/http/client-address";
import { readFormOrJson } from "@/lib/http/form-or-json-body";

/** A token has 53 characters; a hint and a generous client's own parameters may come with it. */
const maxBodyBytes = 2_048;
/** Whoever cleans up after a leak reports a handful; a guess would need 2^256 tries anyhow. */
const budget = new AddressBudget({ burst: 30, refillMs: 2_000 });

/** What else is sent, such as `token_type_hint`, is ignored (RFC 7009 §2.1). */
const bodySchema = z.object({ token: z.string().min(1) });

/**
 * Ends a leaked token for whoever holds it (RFC 7009, without client authentication: the token is
 * the proof). The answer is the same whether it was a token or not, so that it tells nothing.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  POST: async ({ request, requestId, headers }) => {
    const address = callerAddress(request.headers);
    budget.spend(address);
    const body = bodySchema.safeParse(await readFormOrJson(request, maxBodyBytes));
    if (!body.success) throw new AppError("invalid_request", "token is required.", { field: "token" });
    await revokeToken({ db: database(), now: new Date(), requestId, address }, body.data.token);
    return Response.json({ message: "If this was a token of ours, it is refused from now on." }, { headers });
  },
});
