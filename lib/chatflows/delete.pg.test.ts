import { expect, test } from "vitest";
import type { Grant } from "@/lib/api-keys/verify";
import { deleteChatflow } from "@/lib/chatflows/delete";
import { giveFeedback } from "@/lib/feedback/give";
import { predict } from "@/lib/testing/call";
import { recordTurns } from "@/lib/testing/conversations";
import { testDatabase } from "@/lib/testing/database";
import { createPublicChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();

test("two delete a chatflow at once while it is called: it is gone with all its turns, and no call is an error of ours", async () => {
  const { ctx, chatflowId: id } = await createPublicChatflow(db);
  await recordTurns(
    ctx,
    id,
    Array.from({ length: 2_000 }, () => ({ sessionId: "s" })),
  );
  const statuses = new Map<number, number>();
  let isGone = false;
  const call = async () => {
    while (!isGone) {
      const answer = await predict(id);
      await answer.text();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  };
  const remove = () => deleteChatflow(ctx, { id, confirmName: "Support" }, 100);
  const callers = Promise.all([call(), call(), call()]);
  await expect.poll(() => statuses.get(200) ?? 0).toBeGreaterThan(5);
  const removed = await Promise.allSettled([remove(), remove()]);
  isGone = true;
  await callers;
  // The second either did its part, or came when nothing was there any more.
  const failures = removed.filter((result) => result.status === "rejected").map(({ reason }) => reason.code);
  expect(failures.filter((code) => code !== "not_found")).toEqual([]);
  expect(failures.length).toBeLessThan(2);
  expect([...statuses.keys()].filter((status) => ![200, 401, 403, 404].includes(status))).toEqual([]);
  expect(await db.prisma.chatflow.count()).toBe(0);
  expect(await db.prisma.prediction.count()).toBe(0);
  const events = await db.prisma.auditEvent.findMany({ where: { targetId: id }, select: { action: true } });
  expect(events.filter(({ action }) => action === "chatflow.closed")).toHaveLength(1);
  expect(events.filter(({ action }) => action === "chatflow.deleted")).toHaveLength(1);
}, 60_000);

test("feedback on a turn that is being deleted with its chatflow waits for it, and is told that there is none", async () => {
  const { ctx, chatflowId: id } = await createPublicChatflow(db);
  await db.prisma.chatflow.update({ where: { id }, data: { sharing: { feedback: true } } });
  await recordTurns(ctx, id, [{ sessionId: "s" }]);
  const { id: messageId, credentialId } = await db.prisma.prediction.findFirstOrThrow();
  const chatflow = await db.prisma.chatflow.findUniqueOrThrow({ where: { id } });
  const grant = { chatflow, credentialId } as unknown as Grant;
  const deleting = await db.pool.connect();
  await deleting.query("BEGIN");
  await deleting.query("SELECT FROM chatflow WHERE id = $1 FOR NO KEY UPDATE", [id]);
  await deleting.query("DELETE FROM prediction WHERE id = $1", [messageId]);
  const told = giveFeedback(db, grant, { body: { messageId, rating: "THUMBS_UP" }, now: ctx.now }).catch(
    (error) => error,
  );
  await expect
    .poll(async () => {
      const { rowCount } = await db.pool.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO feedback%'",
      );
      return rowCount;
    })
    .toBe(1);
  await deleting.query("DELETE FROM chatflow WHERE id = $1", [id]);
  await deleting.query("COMMIT");
  deleting.release();
  expect(await told).toMatchObject({ code: "not_found" });
}, 30_000);
