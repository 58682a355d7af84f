import { expect, test } from "vitest";
import { setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { settleLater } from "@/lib/later";
import { openingQuestion as question } from "@/lib/testing/call";
import { clientStage } from "@/lib/testing/client-stage";
import { createGuardedChatflow, createKnowledgeChatflow } from "@/lib/testing/fixtures";
import { openAiClient, openAiRefusal as refusal, user } from "@/lib/testing/openai-client";

const { db, url, guarded } = await clientStage();
const client = (apiKey: string | null = guarded.key.token, maxRetries = 0) => openAiClient(url, apiKey, maxRetries);
const opening = "The workshop opens at nine";
const messages = [user(question)];

test("models are the chatflows that the key may call", async () => {
  const { ctx, key } = await createGuardedChatflow(db);
  await createKnowledgeChatflow(ctx, "Closed");
  const open = await createKnowledgeChatflow(ctx, "Open to all");
  await setChatflowAccess(ctx, { id: open, access: { kind: "public" } });
  const other = await createApiKey(ctx, { name: "Other", chatflowId: await createKnowledgeChatflow(ctx, "Other") });
  await setApiKeyLimits(ctx, { id: key.id, limits: [{ kind: "quota", per: "month", max: 1 }] });
  const ids = async (token: string) => (await Array.fromAsync(client(token).models.list())).map(({ id }) => id);
  expect(await ids(key.token)).toEqual(["open-to-all", "support"]);
  expect(await ids(other.token)).toEqual(["other", "open-to-all"]);
  const { models, chat } = client(key.token);
  expect(await models.retrieve("support")).toMatchObject({ id: "support", object: "model", owned_by: "flowlatch" });
  expect(await refusal(models.retrieve("other"))).toMatchObject({ status: 403, code: "insufficient_scope" });
  // None of this was counted: the one call that is allowed is still there.
  await chat.completions.create({ model: "support", messages });
});

test("a token that does not work, and one that was revoked, are invalid_api_key", async () => {
  const { ctx, key } = await createGuardedChatflow(db);
  const { chat, models } = client(key.token);
  await chat.completions.create({ model: "support", messages });
  await deleteApiKey(ctx, { id: key.id, confirmName: key.name });
  const expected = {
    name: "AuthenticationError",
    status: 401,
    code: "invalid_api_key",
    type: "invalid_request_error",
  };
  for (const token of [key.token, generateToken(), "sk-proj-0123456789"]) {
    const { chat, responses, models } = client(token);
    expect(await refusal(chat.completions.create({ model: "support", messages }))).toMatchObject(expected);
    expect(await refusal(responses.create({ model: "support", input: "?" }))).toMatchObject(expected);
    expect(await refusal(models.list())).toMatchObject(expected);
    expect((await refusal(models.retrieve("support"))).requestID).toMatch(/^[0-9a-f-]{36}$/);
  }
  expect(models).toBeDefined();
});

test("no token is 401 with a challenge, and opens a public chatflow by its id", async () => {
  const { ctx } = guarded;
  const id = await createKnowledgeChatflow(ctx, "For everybody");
  await setChatflowAccess(ctx, { id, access: { kind: "public" } });
  const anonymous = client(null);
  const completion = await anonymous.chat.completions.create({ model: id, messages });
  expect(completion.choices[0]?.message.content).toContain(opening);
  const refused = await refusal(anonymous.chat.completions.create({ model: guarded.chatflowId, messages }));
  expect(refused).toMatchObject({ status: 401, code: "invalid_api_key" });
  expect(refused.headers?.get("www-authenticate")).toBe('Bearer realm="flowlatch"');
  expect(await refusal(anonymous.models.list())).toMatchObject({ status: 401, code: "invalid_api_key" });
});

test("an unknown model, another key's and another workspace's", async () => {
  const { completions } = client().chat;
  const { ctx } = await createGuardedChatflow(db);
  const foreign = await createKnowledgeChatflow(ctx, "Elsewhere");
  const unknown = { name: "NotFoundError", status: 404, code: "model_not_found", param: "model" };
  for (const model of ["gpt-5", "elsewhere", "Support", "../support", crypto.randomUUID()]) {
    expect(await refusal(completions.create({ model, messages }))).toMatchObject(unknown);
  }
  expect(await refusal(completions.create({ model: foreign, messages }))).toMatchObject({ status: 401 });
  await createKnowledgeChatflow(guarded.ctx, "Closed one");
  expect(await refusal(completions.create({ model: "closed-one", messages }))).toMatchObject({
    name: "PermissionDeniedError",
    status: 403,
    code: "chatflow_closed",
    param: "model",
  });
});

test("a limit reached is told with Retry-After, is not tried again in vain, and is recorded", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await setApiKeyLimits(ctx, { id: key.id, limits: [{ kind: "rate", per: "day", max: 1 }] });
  const { completions } = client(key.token, 2).chat;
  const { response } = await completions.create({ model: "support", messages }).withResponse();
  expect(response.headers.get("ratelimit")).toMatch(/^"day";r=0;t=\d+$/);
  const refused = await refusal(completions.create({ model: "support", messages, stream: true }));
  expect(refused).toMatchObject({ name: "RateLimitError", status: 429, code: "rate_limit_exceeded" });
  expect(Number(refused.headers?.get("retry-after"))).toBeGreaterThan(60);
  expect(refused.headers?.get("ratelimit")).toMatch(/^"day";r=0/);
  await settleLater();
  const rows = await db.prisma.refusedCall.findMany({ where: { apiKeyId: key.id } });
  expect(rows).toMatchObject([{ reason: "limit_reached", chatflowId, requestId: refused.requestID, calls: 1 }]);
});

test("an address that is none of the three is told as OpenAI would", async () => {
  const refused = await refusal(client().embeddings.create({ model: "support", input: "?" }));
  expect(refused).toMatchObject({ name: "NotFoundError", status: 404, code: "unknown_url" });
  const listed = await fetch(`${url}/api/openai/v1/chat/completions`);
  expect([listed.status, listed.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  expect((await listed.json()).error).toMatchObject({ code: "method_not_supported" });
});
