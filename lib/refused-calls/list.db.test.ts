import { beforeEach, expect, test } from "vitest";
import type { RefusalReason } from "@/lib/api-keys/refusals";
import { createApiKey, deleteApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { listRefusedCalls, recentRefusals } from "@/lib/refused-calls/list";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
let ctx: Context;
let key: { id: string; name: string };
let chatflowId: string;
beforeEach(async () => {
  ctx = await operatorContext(db);
  key = await createApiKey(ctx, { name: "Website" });
  chatflowId = await createKnowledgeChatflow(ctx);
});

interface Refused {
  reason?: RefusalReason;
  at?: Date;
  address?: string;
  requestId?: string;
  withKey?: boolean;
}

async function refused({ withKey = true, ...row }: Refused = {}): Promise<void> {
  await db.prisma.refusedCall.create({
    data: {
      id: newId(),
      workspaceId: ctx.actor.workspaceId,
      reason: "disabled_key",
      at: ctx.now,
      requestId: newId(),
      chatflowId,
      chatflowName: "Support",
      ...(withKey && { apiKeyId: key.id, apiKeyName: "Website", lastFour: "a1B2" }),
      ...row,
    },
    select: { id: true },
  });
}

test("a refused call tells when, why, from where, with which key, to which chatflow", async () => {
  await refused({ address: "192.0.2.7", requestId: "request-1" });
  const { items } = await listRefusedCalls(ctx);
  expect(items).toMatchObject([
    {
      at: ctx.now,
      reason: "disabled_key",
      address: "192.0.2.7",
      lastFour: "a1B2",
      apiKey: { id: key.id, name: "Website", exists: true },
      chatflow: { id: chatflowId, name: "Support", exists: true },
      requestId: "request-1",
      calls: 1,
    },
  ]);
});

test("a key's name outlives the key", async () => {
  await refused();
  await deleteApiKey(ctx, { id: key.id, confirmName: "Website" });
  expect((await listRefusedCalls(ctx)).items[0]?.apiKey).toEqual({ id: key.id, name: "Website", exists: false });
});

test("one call is found by its request id, however it is pasted", async () => {
  const requestId = newId();
  await refused({ requestId });
  await refused();
  for (const search of [requestId, `requestId: ${requestId}`, JSON.stringify({ code: "x", requestId }, null, 2)])
    expect((await listRefusedCalls(ctx, { search })).items.map((call) => call.requestId)).toEqual([requestId]);
});

test("each filter leaves what it names", async () => {
  const other = new Date(ctx.now.getTime() - 7 * 86_400_000);
  await refused();
  await refused({ reason: "no_token", withKey: false, address: "2001:db8::1", at: other });
  const reasons = async (input: object) => (await listRefusedCalls(ctx, input)).items.map(({ reason }) => reason);
  expect(await reasons({ apiKeyId: key.id })).toEqual(["disabled_key"]);
  expect(await reasons({ chatflowId })).toEqual(["disabled_key", "no_token"]);
  expect(await reasons({ chatflowId: newId() })).toEqual([]);
  expect(await reasons({ reason: "no_token" })).toEqual(["no_token"]);
  expect(await reasons({ address: "2001:DB8:0::1" })).toEqual(["no_token"]);
  expect(await reasons({ to: other.toISOString().slice(0, 10) })).toEqual(["no_token"]);
  for (const search of ["a1B2", "flk_…a1B2", "…a1B2", "WEBS"])
    expect(await reasons({ search })).toEqual(["disabled_key"]);
  expect(await reasons({ search: "a1b2" })).toEqual([]);
  expect(await reasons({ reason: "invented", address: "nowhere", from: "never" })).toHaveLength(2);
});

test("pages of fifty follow each other, and a key's page has its last ten", async () => {
  for (let n = 0; n < 60; n++) await refused();
  const first = await listRefusedCalls(ctx);
  const second = await listRefusedCalls(ctx, { after: first.next ?? "" });
  expect([first.items.length, second.items.length, second.next]).toEqual([50, 10, null]);
  expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(60);
  expect(await recentRefusals(ctx, { apiKeyId: key.id })).toEqual(first.items.slice(0, 10));
});
