import { createHash } from "node:crypto";
import type { Limit } from "@/lib/api-keys/limits";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { createKnowledgeChatflow } from "@/lib/testing/fixtures";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { asking, type Load } from "./load.ts";
import { throughPortkey } from "./portkey.ts";
import type { Servers } from "./servers.ts";

/** Never reached. */
const max = 10_000_000;
const one: Limit[] = [{ kind: "rate", per: "second", max }];
const three: Limit[] = [...one, { kind: "rate", per: "day", max }, { kind: "quota", per: "month", max }];

/** Tables and a token of the naive handler (floor/app/api/naive). */
async function naiveToken(db: Database): Promise<string> {
  const token = `naive_${newId()}`;
  const digest = createHash("sha256").update(token).digest();
  await db.pool.query("CREATE TABLE naive_key (id uuid PRIMARY KEY, digest bytea NOT NULL UNIQUE)");
  await db.pool.query(
    "CREATE TABLE naive_call (id uuid PRIMARY KEY, key_id uuid, question text, answer text, created_at timestamptz)",
  );
  await db.pool.query("INSERT INTO naive_key VALUES ($1, $2)", [newId(), digest]);
  return token;
}

/** All that is measured, with a key and a chatflow each; the first is what the others are compared with. */
export async function prepareLoads(db: Database, servers: Servers): Promise<Load[]> {
  const { app, appWithRedis, floor, provider, portkey } = servers;
  const flow = await createModelChatflow(db, provider.url);
  const { ctx, providerId } = flow;
  const guarded = async (name: string, server: string, limits: Limit[]): Promise<Load> => {
    const { chatflowId, key } = await createModelChatflow(db, provider.url, { ctx, providerId });
    await setApiKeyLimits(ctx, { id: key.id, limits });
    return asking(name, `${server}/api/v1/prediction/${chatflowId}`, key.token);
  };
  const documents = await createKnowledgeChatflow(ctx, "Of documents", 0);
  const reader = await createApiKey(ctx, { name: "Of documents", chatflowId: documents });
  const expired = await createApiKey(ctx, { name: "Expired", chatflowId: flow.chatflowId });
  await db.pool.query("UPDATE api_key SET expires_at = now() - interval '1 day' WHERE id = $1", [expired.id]);
  const address = `${app.url}/api/v1/prediction/${flow.chatflowId}`;
  const refused = (name: string, token: string) => asking(name, address, token, 401);
  return [
    asking("bare handler: the model, no key, no record", `${floor.url}/api/bare`, "none"),
    asking("naive handler: one read, the model, one insert", `${floor.url}/api/naive`, await naiveToken(db)),
    ...(portkey ? [throughPortkey(portkey, provider)] : []),
    await guarded("prediction with a model, key without limits", app.url, []),
    await guarded("prediction with a model, one limit", app.url, one),
    await guarded("prediction with a model, three limits", app.url, three),
    ...(appWithRedis ? [await guarded("prediction with a model, three limits in Redis", appWithRedis.url, three)] : []),
    asking("prediction from documents, key without limits", `${app.url}/api/v1/prediction/${documents}`, reader.token),
    refused("refusal, malformed token", "flk_nonsense"),
    refused("refusal, unknown token", generateToken()),
    refused("refusal, expired key", expired.token),
  ];
}
