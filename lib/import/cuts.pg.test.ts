import { afterAll, expect, test } from "vitest";
import { parseToken } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import { runImport } from "@/lib/import/service";
import { cutBefore } from "@/lib/testing/cut-connection";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";
import { flowiseApiKey, flowiseChatflow } from "@/lib/testing/flowise-data";
import { startFlowiseServer } from "@/lib/testing/flowise-server";
import { rowsOf } from "@/lib/testing/workspace-state";

const db = await testDatabase();
const flowise = await startFlowiseServer();
afterAll(() => flowise.close());

// BEGIN, workspace, what is here (eight), two keys of three each, the server, two chatflows, their opening, the trail and COMMIT.
const statementsAtLeast = 25;

test("an import happens wholly or not at all wherever the connection is cut, and the next one completes it without anything twice", async () => {
  const ctx = await operatorContext(db);
  const [own, website] = [flowiseApiKey("Flowlatch"), flowiseApiKey("Website")];
  const shop = flowiseChatflow("Shop", { apikeyid: website.id });
  flowise.apiKeys.splice(0, Infinity, own, website);
  flowise.chatflows.splice(0, Infinity, flowiseChatflow("Open"), shop);
  const rows = () => rowsOf(db, ctx.actor.workspaceId);
  const source = { kind: "server", baseUrl: flowise.url, apiKey: own.apiKey } as const;
  const run = () => runImport(ctx, { source, choices: { publicChatflows: [flowiseChatflow("Open").id] } });

  const before = await rows();
  // The server goes away between its flows and its keys.
  flowise.replyToList({ status: 200, body: flowise.chatflows }, { status: 502, body: "Bad Gateway" });
  await expect(run()).rejects.toMatchObject({ code: "upstream_failed" });
  expect(await rows()).toEqual(before);

  let cuts = 0;
  for (let isDone = false; !isDone; ) {
    let report: Awaited<ReturnType<typeof run>> | undefined;
    const wasCut = await cutBefore(db.url, ++cuts, async () => {
      report = await run();
    });
    isDone = (await db.prisma.auditEvent.count({ where: { action: "api_key.imported" } })) > 0;
    expect(report !== undefined, "whoever asked is told").toBe(isDone);
    if (!isDone) expect(await rows()).toEqual(before);
    if (!wasCut) break;
  }
  expect(cuts).toBeGreaterThan(statementsAtLeast);

  const whole = await rows();
  const again = await run();
  expect([...again.keys, ...again.chatflows].map(({ name, outcome }) => [name, outcome])).toEqual(
    ["Flowlatch", "Website", "Open", "Shop"].map((name) => [name, "here"]),
  );
  expect(await rows()).toEqual(whole);
  const call = { chatflowId: shop.id, token: parseToken(website.apiKey), sessionId: null, address: null };
  expect((await verifyCall(db, call, new Date())).chatflow.workspaceId).toBe(ctx.actor.workspaceId);
});
