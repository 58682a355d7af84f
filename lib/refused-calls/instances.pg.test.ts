import { afterAll, expect, test } from "vitest";
import { generateToken } from "@/lib/api-keys/token";
import { listRefusedCalls } from "@/lib/refused-calls/list";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startSecondInstance } from "@/lib/testing/second-instance";

const db = await testDatabase({ emptyBeforeEach: false });
const [one, two] = await Promise.all([startSecondInstance(db.url), startSecondInstance(db.url)]);
afterAll(() => Promise.all([one.stop(), two.stop()]));
const { ctx, chatflowId } = await createGuardedChatflow(db);

async function callInVain(instance: typeof one, token: string): Promise<string> {
  const response = await fetch(`${instance.url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ question: "?" }),
  });
  return ((await response.json()) as { requestId: string }).requestId;
}

const counted = async () => {
  const { rows } = await db.pool.query("SELECT coalesce(sum(calls), 0)::int AS calls FROM refused_call");
  return rows[0].calls as number;
};

test("what two processes refuse at the same time is all recorded, within about a second", async () => {
  const requestIds: string[] = [];
  await Promise.all(
    [one, two].flatMap((instance) =>
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < 10; n++) requestIds.push(await callInVain(instance, generateToken()));
      }),
    ),
  );
  await eventually(async () => ((await counted()) === 160 ? true : null));
  for (const search of [requestIds[0], requestIds[159]])
    expect((await listRefusedCalls(ctx, { search })).items).toMatchObject([
      { requestId: search, reason: "unknown_token" },
    ]);
});

test("a process that is told to stop writes first what it has", async () => {
  const last = await callInVain(two, "nonsense");
  await two.stop();
  expect((await listRefusedCalls(ctx, { search: last })).items).toHaveLength(1);
});
