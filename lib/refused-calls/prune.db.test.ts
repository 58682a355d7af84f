import { expect, test } from "vitest";
import { always } from "@/lib/maintenance/batches";
import { pruneRefusedCalls } from "@/lib/refused-calls/prune";
import { testDatabase } from "@/lib/testing/database";
import { createWorkspace } from "@/lib/testing/fixtures";

const db = await testDatabase();
const now = new Date("2026-11-25T12:00:00Z");

/** Refused calls of a workspace, one an hour, back from now. */
async function addHourly(workspaceId: string, count: number): Promise<void> {
  await db.pool.query(
    `INSERT INTO refused_call (id, workspace_id, at, reason, request_id)
     SELECT gen_random_uuid(), $1, $2::timestamptz - n * interval '1 hour', 'no_token', 'request-' || n
     FROM generate_series(1, $3) n`,
    [workspaceId, now, count],
  );
}
const left = async (workspaceId: string) => await db.prisma.refusedCall.count({ where: { workspaceId } });

test("what is older than thirty days goes, in batches, in every workspace", async () => {
  const workspaces = [await createWorkspace(db), await createWorkspace(db)];
  for (const id of workspaces) await addHourly(id, 3_000);
  expect(await pruneRefusedCalls(db, now)).toEqual({ deleted: 2 * (3_000 - 30 * 24 + 1) });
  for (const id of workspaces) expect(await left(id)).toBe(30 * 24 - 1);
  expect(await pruneRefusedCalls(db, now)).toEqual({ deleted: 0 });
});

test("of each workspace the newest are kept, so many and no more", async () => {
  const [busy, quiet] = [await createWorkspace(db), await createWorkspace(db)];
  await addHourly(busy, 300);
  await addHourly(quiet, 50);
  expect(await pruneRefusedCalls(db, now, always, 100)).toEqual({ deleted: 200 });
  expect([await left(busy), await left(quiet)]).toEqual([100, 50]);
  const oldest = await db.prisma.refusedCall.findFirst({ where: { workspaceId: busy }, orderBy: { at: "asc" } });
  expect(oldest?.requestId).toBe("request-100");
});
