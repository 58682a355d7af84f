import { expect, test } from "vitest";
import { verifyCall } from "@/lib/api-keys/verify";
import { env } from "@/lib/env";
import { pruneVisitorCounters, visitorOf } from "@/lib/sharing/visitors";
import { testDatabase } from "@/lib/testing/database";
import { createPublicChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();

test("what was counted of a visitor holds no address, and is deleted once it is worth nothing", async () => {
  const { chatflowId } = await createPublicChatflow(db);
  const [address, at] = ["192.0.2.77", new Date("2026-11-26T12:00:00Z")];
  await verifyCall(db, { chatflowId, token: null, sessionId: null, address }, at);
  const [row] = await db.prisma.visitorCounter.findMany();
  expect(Buffer.from(row?.visitor ?? [])).toEqual(visitorOf(address, env().FLOWLATCH_PEPPER[0] as string));
  expect(JSON.stringify(row)).not.toContain(address);
  expect(await pruneVisitorCounters(db, new Date(at.getTime() + 60_000))).toEqual({ deleted: 0 });
  expect(await pruneVisitorCounters(db, new Date(at.getTime() + 11 * 60_000))).toEqual({ deleted: 1 });
  expect(await db.prisma.visitorCounter.count()).toBe(0);
});
