import { expect, test } from "vitest";
import { recordPrediction } from "@/lib/predictions/record";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGrant, recordOf } from "@/lib/testing/records";

const db = await testDatabase();

test("a record that shares its statement with others is done when that is committed, and not before", async () => {
  const [grant, other] = [await createGrant(db), await createGrant(db)];
  await recordPrediction(db, grant, recordOf());
  const holder = await db.pool.connect();
  const isWaiting = async () => {
    const { rowCount } = await db.pool.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rowCount;
  };
  let done = 0;
  const write = () => recordPrediction(db, grant, recordOf()).then(() => done++);
  const statements = await statementsOf(async () => {
    await holder.query("BEGIN");
    await holder.query("SELECT FROM usage_hour WHERE credential_id = $1 FOR UPDATE", [grant.credentialId]);
    const all = Array.from({ length: 30 }, write);
    await expect.poll(isWaiting).toBe(1);
    await recordPrediction(db, other, recordOf());
    expect(done).toBe(0);
    await holder.query("COMMIT");
    await Promise.all(all);
  }).finally(() => holder.release());
  // The first, that of the other key, and the other 29.
  expect(statements.filter((text) => text.includes("INTO prediction"))).toHaveLength(3);
  expect(await db.prisma.prediction.count({ where: { credentialId: grant.credentialId } })).toBe(31);
  expect(await db.prisma.usageHour.findMany({ where: { credentialId: grant.credentialId } })).toMatchObject([
    { predictions: 31 },
  ]);
});
