import { expect, test } from "vitest";
import { recordPrediction } from "@/lib/predictions/record";
import { predict } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { keptPlansOf } from "@/lib/testing/explain";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { createGrant, recordOf } from "@/lib/testing/records";

const db = await testDatabase();

test("texts are kept as they are: what JSON would escape, and what looks like its escapes", async () => {
  const grant = await createGrant(db);
  const text = 'C:\\users\\u0000 "quoted"\n\t\\\\ud800 é 🙂 \u2028 </script>';
  const sources = [{ pageContent: text, metadata: { source: text, page: 7, nested: [{ [text]: null }] } }];
  const usage = { inputTokens: 10, outputTokens: 2_000 };
  const record = recordOf({ question: text, answer: text, sessionId: text, sources, usage });
  await recordPrediction(db, grant, record);
  expect(await db.prisma.prediction.findMany()).toEqual([
    {
      ...{ id: record.id, workspaceId: grant.chatflow.workspaceId, chatflowId: grant.chatflow.id },
      ...{ credentialId: grant.credentialId, sessionId: text, chatId: "chat", question: text, answer: text },
      ...{ status: "ok", errorCode: null, sources, usage, firstTokenMs: 3, durationMs: 5 },
      ...{ requestId: record.requestId, createdAt: record.createdAt },
    },
  ]);
});

test("what Postgres cannot store is left out, and half of a surrogate pair is marked as such", async () => {
  const text = "a\0b \ud800 \udfff \\\0 🙂";
  const sources = [{ pageContent: text, metadata: { [text]: [text] } }];
  await recordPrediction(db, await createGrant(db), recordOf({ answer: text, sources }));
  const kept = "ab \ufffd \ufffd \\ 🙂";
  expect(await db.prisma.prediction.findFirst()).toMatchObject({
    answer: kept,
    sources: [{ pageContent: kept, metadata: { [kept]: [kept] } }],
  });
});

test("what is not there is NULL, and no JSON of it", async () => {
  await recordPrediction(db, await createGrant(db), recordOf({ firstTokenMs: null }));
  const { rows } = await db.pool.query(
    "SELECT sources IS NULL AND usage IS NULL AND error_code IS NULL AND first_token_ms IS NULL AS none FROM prediction",
  );
  expect(rows).toEqual([{ none: true }]);
});

test("calls that are recorded together count each in its hour, failed or not, kept or not, and the latest is the last use", async () => {
  const grant = await createGrant(db);
  const times = ["10:10:00.000Z", "10:59:59.999Z", "11:00:00.000Z", "10:30:00.000Z"];
  const records = times.map((time, index) =>
    recordOf({
      createdAt: new Date(`2026-03-29T${time}`),
      address: `192.0.2.${index}`,
      ...(index === 1 && { status: "error", errorCode: "upstream_failed" }),
      keeps: index !== 3,
    }),
  );
  const statements = await statementsOf(() =>
    Promise.all(records.map((record) => recordPrediction(db, grant, record))),
  );
  // The first by itself, as nothing was under way.
  expect(statements).toHaveLength(2);
  const hours = await db.prisma.usageHour.findMany({ orderBy: { hour: "asc" } });
  expect(hours.map(({ hour, predictions, errors }) => [hour.toISOString().slice(11, 13), predictions, errors])).toEqual(
    [
      ["10", 3, 1],
      ["11", 1, 0],
    ],
  );
  const kept = await db.prisma.prediction.findMany({ orderBy: { createdAt: "asc" } });
  expect(kept.map(({ id }) => id)).toEqual(records.slice(0, 3).map(({ id }) => id));
  const secrets = await db.prisma.apiKeySecret.findMany();
  // The first has set it, and a minute had not passed for what the next statement says.
  expect(secrets.map(({ lastUsedAt, lastUsedAddress }) => [lastUsedAt?.toISOString(), lastUsedAddress])).toEqual([
    ["2026-03-29T11:00:00.000Z", "192.0.2.2"],
  ]);
});

test("each call of a hundred at once with one key is recorded and counted", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const answers = await Promise.all(Array.from({ length: 100 }, () => predict(chatflowId, { token: key.token })));
  expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
  expect(await db.prisma.prediction.count()).toBe(100);
  expect(await db.prisma.usageHour.findMany()).toMatchObject([{ predictions: 100, errors: 0 }]);
});

test("calls with another key, or to another chatflow, share no statement", async () => {
  const grants = [await createGrant(db), await createGrant(db)];
  const statements = await statementsOf(() =>
    Promise.all(grants.map((grant) => recordPrediction(db, grant, recordOf()))),
  );
  expect(statements).toHaveLength(2);
  const counted = await db.prisma.usageHour.findMany();
  const idsOf = (credentialId: string, chatflowId: string) => `${credentialId} ${chatflowId}`;
  expect(counted.map((row) => idsOf(row.credentialId, row.chatflowId)).sort()).toEqual(
    grants.map(({ credentialId, chatflow }) => idsOf(credentialId, chatflow.id)).sort(),
  );
});

test("a record that Postgres refuses takes no other with it", async () => {
  const grant = await createGrant(db);
  await db.pool.query("ALTER TABLE prediction ADD CONSTRAINT refuses CHECK (question <> 'refused')");
  try {
    const questions = ["first", "second", "refused", "third"];
    const outcomes = await Promise.allSettled(
      questions.map((question) => recordPrediction(db, grant, recordOf({ question }))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    const kept = await db.prisma.prediction.findMany({ orderBy: { question: "asc" } });
    expect(kept.map(({ question }) => question)).toEqual(["first", "second", "third"]);
    expect(await db.prisma.usageHour.findMany()).toMatchObject([{ predictions: 3, errors: 0 }]);
  } finally {
    await db.pool.query("ALTER TABLE prediction DROP CONSTRAINT refuses");
  }
});

test("the plan that a connection keeps for records goes by indexes, before the tables were ever counted", async () => {
  const grant = await createGrant(db);
  const [plan] = await keptPlansOf(db.pool, () => recordPrediction(db, grant, recordOf()));
  for (const index of ["chatflow_workspace_id_id_key", "api_key_secret_pkey", "api_key_pkey"])
    expect(plan).toContain(index);
  expect(plan).not.toMatch(/Seq Scan/);
});
