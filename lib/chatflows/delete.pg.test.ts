import { expect, test } from "vitest";
import { deleteChatflow } from "@/lib/chatflows/delete";
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
