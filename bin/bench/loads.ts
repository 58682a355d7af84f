import type { Limit } from "@/lib/api-keys/limits";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";
import type { Load } from "./load.ts";

/** Never reached. */
const max = 10_000_000;
const one: Limit[] = [{ kind: "rate", per: "second", max }];
const three: Limit[] = [...one, { kind: "rate", per: "day", max }, { kind: "quota", per: "month", max }];

/** All that is measured, on one chatflow each; the first is what the others are compared with. */
export async function prepareLoads(db: Database, app: string, appWithRedis: string | null): Promise<Load[]> {
  const ctx = await operatorContext(db);
  const json = { "content-type": "application/json" };
  const ask = async (name: string, server: string, limits: Limit[]): Promise<Load> => {
    const chatflowId = await createKnowledgeChatflow(ctx, name, 0);
    const key = await createApiKey(ctx, { name, chatflowId });
    await setApiKeyLimits(ctx, { id: key.id, limits });
    const headers = { ...json, authorization: `Bearer ${key.token}` };
    const body = JSON.stringify({ question: "When does the workshop open?" });
    return { name, url: `${server}/api/v1/prediction/${chatflowId}`, method: "POST", headers, body, status: 200 };
  };
  const free = await ask("prediction, key without limits", app, []);
  const refused = (name: string, token: string): Load => ({
    ...free,
    name,
    headers: { ...json, authorization: `Bearer ${token}` },
    status: 401,
  });
  return [
    { name: "bare route handler", url: `${app}/api/v1/ping`, method: "GET", headers: {}, status: 200 },
    free,
    await ask("prediction, one limit", app, one),
    await ask("prediction, three limits", app, three),
    ...(appWithRedis ? [await ask("prediction, three limits in Redis", appWithRedis, three)] : []),
    refused("refusal, malformed token", "flk_nonsense"),
    refused("refusal, unknown token", generateToken()),
  ];
}
