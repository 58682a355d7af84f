import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { verifyCall } from "@/lib/api-keys/verify";
import { maintain } from "@/lib/maintenance/maintain";
import { testDatabase } from "@/lib/testing/database";
import { createPublicChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();
const cronSecret = "cron-secret-of-the-tests-0123";

/** Counters of visitors, which were worth nothing an hour later. */
beforeEach(async () => {
  const { chatflowId } = await createPublicChatflow(db);
  for (const address of ["192.0.2.1", "192.0.2.2"]) {
    await verifyCall(db, { chatflowId, token: null, sessionId: null, address }, new Date("2026-01-01"));
  }
});
afterEach(() => vi.unstubAllEnvs());

const oldRows = () => db.prisma.visitorCounter.count();

/** What a process with this CRON_SECRET answers. */
async function call(secret: string | undefined, authorization?: string): Promise<Response> {
  vi.stubEnv("CRON_SECRET", secret);
  vi.resetModules();
  const { GET } = await import("./route");
  const headers = new Headers(authorization === undefined ? {} : [["Authorization", authorization]]);
  return await GET(new Request("http://localhost/api/cron/cleanup", { headers }), { params: Promise.resolve({}) });
}

test("the cron job's secret has the maintenance done; no other call has", async () => {
  const others = [undefined, "Bearer", `Bearer ${cronSecret}x`, `Bearer ${cronSecret.slice(1)}`, `Basic ${cronSecret}`];
  for (const authorization of others) expect((await call(cronSecret, authorization)).status).toBe(401);
  expect(await oldRows()).toBe(2);
  const answer = await call(cronSecret, `Bearer ${cronSecret}`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ deleted: { "counters of visitors": 2 }, failed: [], isComplete: true });
  expect(await oldRows()).toBe(0);
});

test("while no secret is set nobody is let in, not even with none", async () => {
  for (const authorization of [undefined, "Bearer", "Bearer undefined"]) {
    expect((await call(undefined, authorization)).status).toBe(404);
  }
  expect(await oldRows()).toBe(2);
});

test("a round whose time is over begins no further batch, and says that something is left", async () => {
  expect(await maintain(() => false)).toMatchObject({ isComplete: false, failed: [] });
  expect(await oldRows()).toBe(2);
});

test("a task that fails keeps no other from being done, and the cron job hears of it", async () => {
  await db.pool.query("ALTER TABLE refused_call RENAME TO elsewhere");
  try {
    const answer = await call(cronSecret, `Bearer ${cronSecret}`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ failed: ["refused calls"] });
    expect(await oldRows()).toBe(0);
  } finally {
    await db.pool.query("ALTER TABLE elsewhere RENAME TO refused_call");
  }
});
