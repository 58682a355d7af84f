import { afterAll, expect, test } from "vitest";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { never, startProviderServer } from "@/lib/testing/provider-server";
import { startSecondInstance } from "@/lib/testing/second-instance";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase();
const provider = await startProviderServer();
const here = await serveRoutes();
const there = await startSecondInstance(db.url);
afterAll(async () => {
  await there.stop();
  await here.close();
  await provider.close();
});

test("an abort here ends within two seconds what is answered there, and neither another chat nor what is asked afterwards", async () => {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key.token}` };
  const ask = async (chatId: string) =>
    await fetch(`${there.url}/api/v1/prediction/${chatflowId}`, {
      method: "POST",
      headers,
      body: JSON.stringify({ question: "Hello?", chatId, streaming: true }),
    });
  const [goOn, wentOn] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  provider.reply(
    { steps: ["Hello", never] },
    { steps: ["Hello", goOn.promise, " you."] },
    { steps: ["Hello", wentOn.promise, " again."] },
  );
  const ended = await ask("chat 1");
  const other = await ask("chat 2");
  const startedAt = performance.now();
  const abort = await fetch(`${here.url}/api/v1/chatmessage/abort/${chatflowId}/${encodeURIComponent("chat 1")}`, {
    method: "PUT",
    headers,
  });
  expect(abort.status).toBe(200);
  const next = await ask("chat 1");
  expect(await ended.text()).toMatch(/"event":"abort","data":"\[DONE\]"\}\n\n$/);
  expect(performance.now() - startedAt).toBeLessThan(2_500);
  await eventually(() => provider.received[0]?.hungUpAt);
  // Long enough for another look at a chat whose end is still on record.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  goOn.resolve("");
  wentOn.resolve("");
  expect([await other.text(), await next.text()]).toEqual([
    expect.stringContaining(" you."),
    expect.stringContaining(" again."),
  ]);
  const rows = await db.prisma.prediction.findMany({ orderBy: { id: "asc" } });
  expect(rows.map(({ status, answer }) => [status, answer])).toEqual([
    ["aborted", "Hello"],
    ["ok", "Hello you."],
    ["ok", "Hello again."],
  ]);
});
