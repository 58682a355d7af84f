import { beforeAll, describe, expect, test } from "vitest";
import { RefusedCall } from "@/lib/api-keys/refusals";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken, lastFourOf, type Token } from "@/lib/api-keys/token";
import { verifyCall, verifyKey } from "@/lib/api-keys/verify";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase({ emptyBeforeEach: false });
const address = "203.0.113.7";
const chatflows: Record<string, string> = { unknown: newId() };
const tokens: Record<string, Token | null> = { no: null, unknown: generateToken() };
const ids: Record<string, string> = {};
let ctx: Context;

async function key(name: string, data: object = {}, in_: Context = ctx): Promise<string> {
  const { id, token } = await createApiKey(in_, { name });
  await db.prisma.apiKey.update({ where: { id }, data });
  ids[name] = id;
  tokens[name] = token as Token;
  return id;
}

/** Each secret of these keys has ended, for this reason. */
async function ended(name: string, endReason: string) {
  const apiKeyId = await key(name);
  await db.prisma.apiKeySecret.updateMany({ where: { apiKeyId }, data: { expiresAt: new Date(), endReason } });
}

beforeAll(async () => {
  ctx = await operatorContext(db);
  const assigned = await key("assigned");
  const further = await key("further");
  await key("other");
  const now = new Date();
  await key("expired", { expiresAt: now });
  await key("disabled", { disabledAt: now });
  await key("fenced", { allowedAddresses: ["198.51.100.0/24", "2001:db8::/32"] });
  await key("near", { allowedAddresses: ["198.51.100.0/24", "203.0.113.0/29"] });
  await ended("retired", "regenerated");
  await ended("exposed", "exposed");
  await key("foreign", {}, await operatorContext(db));
  const engine = { kind: "knowledge", memoryTurns: 0 } as const;
  for (const name of ["closed", "guarded", "shared", "further only", "public"]) {
    chatflows[name] = (await createChatflow(ctx, { name, engine })).id;
  }
  const { workspaceId } = ctx.actor;
  for (const name of ["guarded", "shared"]) {
    await setChatflowAccess(ctx, { id: chatflows[name] as string, access: { kind: "key", apiKeyId: assigned } });
  }
  for (const name of ["shared", "further only"]) {
    const chatflowId = chatflows[name] as string;
    await db.prisma.chatflowFurtherKey.create({
      data: { workspaceId, chatflowId, apiKeyId: further, createdAt: now },
    });
  }
  await setChatflowAccess(ctx, { id: chatflows.public as string, access: { kind: "public" } });
});

async function outcome(chatflow: string, token: string, from: string | null = address): Promise<string> {
  const call = {
    chatflowId: chatflows[chatflow] as string,
    token: tokens[token] as Token,
    sessionId: null,
    address: from,
  };
  try {
    const { credentialId } = await verifyCall(db, call, new Date());
    return Object.keys(ids).find((name) => ids[name] === credentialId) ?? "everybody";
  } catch (error) {
    return error instanceof RefusedCall ? error.reason : String(error);
  }
}

describe("who is let in, as whom, and why not", () => {
  test.each([
    ["unknown", "no", "unknown_chatflow"],
    ["unknown", "unknown", "unknown_token"],
    ["unknown", "assigned", "unknown_chatflow"],
    ["closed", "no", "no_token"],
    ["closed", "unknown", "unknown_token"],
    ["closed", "assigned", "closed_chatflow"],
    ["closed", "foreign", "foreign_token"],
    ["guarded", "no", "no_token"],
    ["guarded", "unknown", "unknown_token"],
    ["guarded", "assigned", "assigned"],
    ["guarded", "further", "other_key"],
    ["guarded", "other", "other_key"],
    ["guarded", "foreign", "foreign_token"],
    ["guarded", "expired", "expired_key"],
    ["guarded", "disabled", "disabled_key"],
    ["guarded", "retired", "retired_token"],
    ["guarded", "exposed", "exposed_token"],
    ["guarded", "fenced", "address_not_allowed"],
    ["shared", "assigned", "assigned"],
    ["shared", "further", "further"],
    ["shared", "other", "other_key"],
    ["further only", "no", "no_token"],
    ["further only", "further", "further"],
    ["further only", "assigned", "other_key"],
    ["public", "no", "everybody"],
    ["public", "unknown", "unknown_token"],
    ["public", "other", "other"],
    ["public", "near", "near"],
    ["public", "fenced", "address_not_allowed"],
    ["public", "expired", "expired_key"],
    ["public", "foreign", "foreign_token"],
  ])("%s chatflow, %s token: %s", async (chatflow, token, expected) => {
    expect(await outcome(chatflow, token)).toBe(expected);
  });
});

test.each([
  ["fenced", "198.51.100.200", "fenced"],
  ["fenced", "198.51.101.1", "address_not_allowed"],
  ["fenced", "2001:db8:1::9", "fenced"],
  ["fenced", "2001:db9::9", "address_not_allowed"],
  ["fenced", null, "address_not_allowed"],
  ["near", "203.0.113.8", "address_not_allowed"],
])("the %s key from %s: %s", async (token, from, expected) => {
  expect(await outcome("public", token, from)).toBe(expected);
});

test.each([
  ["guarded", "assigned", "assigned"],
  ["guarded", "other", "other_key"],
  ["guarded", "expired", "expired_key"],
  ["guarded", "foreign", "unknown_chatflow"],
  ["guarded", "unknown", "unknown_token"],
  ["guarded", "no", "unknown_chatflow"],
  ["public", "no", "unknown_chatflow"],
  ["public", "other", "other"],
  ["no-such-slug", "assigned", "unknown_chatflow"],
  ["Guarded", "assigned", "unknown_chatflow"],
  ["guarded\0", "assigned", "unknown_chatflow"],
])("the chatflow that the slug %j names to the holder of the %s token: %s", async (slug, token, expected) => {
  chatflows.slug = slug;
  expect(await outcome("slug", token)).toBe(expected);
});

test.each([
  ["other", "other"],
  ["near", "near"],
  ["foreign", "foreign"],
  ["fenced", "address_not_allowed"],
  ["expired", "expired_key"],
  ["disabled", "disabled_key"],
  ["retired", "retired_token"],
  ["exposed", "exposed_token"],
  ["unknown", "unknown_token"],
])("without a chatflow, the %s token: %s", async (name, expected) => {
  const found = verifyKey(db, { token: tokens[name] as Token, address }, new Date()).then(
    ({ id }) => Object.keys(ids).find((key) => ids[key] === id),
    (error) => (error instanceof RefusedCall ? error.reason : String(error)),
  );
  expect(await found).toBe(expected);
});

test("a refusal names the key to its own workspace, and never to another", async () => {
  const party = async (chatflow: string, token: string) => {
    const call = { chatflowId: chatflows[chatflow] as string, token: tokens[token] as Token, sessionId: null, address };
    const error: unknown = await verifyCall(db, call, new Date()).catch((thrown) => thrown);
    return (error as RefusedCall).party;
  };
  const { workspaceId } = ctx.actor;
  const lastFour = (name: string) => lastFourOf(tokens[name] as Token);
  expect(await party("guarded", "expired")).toEqual({
    workspaceId,
    apiKeyId: ids.expired,
    chatflowId: chatflows.guarded,
    lastFour: lastFour("expired"),
  });
  const strange = { workspaceId, apiKeyId: null, chatflowId: chatflows.guarded };
  expect(await party("guarded", "foreign")).toEqual({ ...strange, lastFour: lastFour("foreign") });
  expect(await party("guarded", "unknown")).toEqual({ ...strange, lastFour: lastFour("unknown") });
  expect(await party("unknown", "assigned")).toMatchObject({ workspaceId, apiKeyId: ids.assigned, chatflowId: null });
  expect(await party("unknown", "no")).toEqual({
    workspaceId: null,
    apiKeyId: null,
    chatflowId: null,
    lastFour: null,
  });
});
