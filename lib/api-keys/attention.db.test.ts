import { beforeEach, expect, test } from "vitest";
import { countAttention } from "@/lib/api-keys/attention";
import { listApiKeys } from "@/lib/api-keys/list";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { type Attention, attentions } from "@/lib/api-keys/schema";
import { createApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const day = 86_400_000;
let ctx: Context;
const after = (ms: number) => new Date(ctx.now.getTime() + ms);

beforeEach(async () => {
  ctx = await operatorContext(db);
});

async function key(name: string, data: object = {}): Promise<string> {
  const { id } = await createApiKey(ctx, { name });
  await db.prisma.apiKey.update({ where: { id }, data });
  return id;
}

const named = async (attention: Attention) =>
  (await listApiKeys(ctx, { attention, sort: "name" })).items.map(({ name }) => name);

test("each filter finds the keys that need attention for its reason, and its count agrees", async () => {
  const used = { lastUsedAt: ctx.now, expiresAt: after(200 * day) };
  await key("fine", used);
  await key("disabled", { ...used, disabledAt: ctx.now });
  await key("expired", { ...used, expiresAt: ctx.now });
  await key("expiring", { ...used, expiresAt: after(7 * day) });
  await key("expiring later", { ...used, expiresAt: after(7 * day + 1) });
  await key("exposed", { ...used, exposedAt: ctx.now });
  await key("forever", { ...used, expiresAt: null });
  await key("never used", { ...used, lastUsedAt: null });
  await key("unused", { ...used, lastUsedAt: after(-90 * day - 1) });
  await key("used long ago", { ...used, lastUsedAt: after(-90 * day) });
  const rotated = await key("rotated", used);
  await db.prisma.apiKeySecret.updateMany({ where: { apiKeyId: rotated }, data: { lastUsedAt: ctx.now } });
  await regenerateApiKey(ctx, { id: rotated, oldTokenStops: after(day) });
  const quiet = await key("rotated and quiet", used);
  await regenerateApiKey(ctx, { id: quiet, oldTokenStops: after(day) });

  await key("imported", { ...used, tokenSource: "flowise" });

  const expected: Record<Attention, string[]> = {
    exposed: ["exposed"],
    expired: ["expired"],
    expiring: ["expiring"],
    closed: [],
    retiring: ["rotated"],
    imported: ["imported"],
    unused: ["unused"],
    "never-used": ["never used"],
    "never-expires": ["forever"],
  };
  const counts = await countAttention(ctx);
  for (const attention of attentions) {
    expect([attention, await named(attention)]).toEqual([attention, expected[attention]]);
    expect([attention, counts[attention]]).toEqual([attention, expected[attention].length]);
  }
});

test("a key holds a chatflow closed when it does not work and no other key opens that chatflow", async () => {
  const chatflowId = await createKnowledgeChatflow(ctx);
  const { id: apiKeyId } = await createApiKey(ctx, { name: "Website", chatflowId });
  expect(await named("closed")).toEqual([]);
  await db.prisma.apiKey.update({ where: { id: apiKeyId }, data: { disabledAt: ctx.now } });
  expect(await named("closed")).toEqual(["Website"]);
  const { workspaceId } = ctx.actor;
  const further = await key("Partner");
  await db.prisma.chatflowFurtherKey.create({
    data: { workspaceId, chatflowId, apiKeyId: further, createdAt: ctx.now },
  });
  expect(await named("closed")).toEqual([]);
});

test("another workspace's keys are neither listed nor counted", async () => {
  await key("exposed", { exposedAt: ctx.now });
  ctx = await operatorContext(db);
  expect(await named("exposed")).toEqual([]);
  expect((await countAttention(ctx)).exposed).toBe(0);
});
