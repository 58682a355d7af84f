import { verifyKey } from "@/lib/api-keys/verify";
import { callableChatflows } from "@/lib/chatflows/callable";
import { database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { apiRoute } from "@/lib/http/api-route";
import { bearerToken } from "@/lib/http/bearer";
import { callerAddress } from "@/lib/http/client-address";
import { openAiErrorAnswer } from "@/lib/openai/error";
import { toModel } from "@/lib/openai/model";

/** The chatflows that a key may call. Uses up none of its limits. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute(
  {
    GET: async ({ request, headers }) => {
      const token = bearerToken(request.headers);
      if (!token) throw new AppError("unauthenticated", "Send an API key as Authorization: Bearer <token>.");
      const db = database();
      const key = await verifyKey(db, { token, address: callerAddress(request.headers) }, new Date());
      const chatflows = await callableChatflows(db, key);
      return Response.json({ object: "list", data: chatflows.map(toModel) }, { headers });
    },
  },
  { errorAnswer: openAiErrorAnswer },
);
