import { beforeEach, expect, test } from "vitest";
import type { Context } from "@/lib/context";
import { writeExport } from "@/lib/export/formats";
import { feedbackExport } from "@/lib/feedback/formats";
import { exportFeedback, feedbackPerPage, listFeedback } from "@/lib/feedback/received";
import { newId } from "@/lib/ids";
import { recordTurns } from "@/lib/testing/conversations";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const count = feedbackPerPage + 5;
let ctx: Context;
let chatflowId: string;

/** One rating a minute, every fifth of them bad. */
beforeEach(async () => {
  ctx = await operatorContext(db, "editor");
  chatflowId = await createKnowledgeChatflow(ctx);
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));
  const turns = Array.from({ length: count }, (_, n) => ({ sessionId: "s", question: `Q${n}`, createdAt: at(n) }));
  await recordTurns(ctx, chatflowId, turns);
  const predictions = await db.prisma.prediction.findMany({ where: { chatflowId }, orderBy: { createdAt: "asc" } });
  await db.prisma.feedback.createMany({
    data: predictions.map(({ id: predictionId }, n) => ({
      ...{ id: newId(), workspaceId: ctx.actor.workspaceId, chatflowId, predictionId },
      ...{ rating: n % 5 === 0 ? "THUMBS_DOWN" : "THUMBS_UP", content: n === 0 ? "=HYPERLINK(1)" : "" },
      ...{ createdAt: at(n), updatedAt: at(n) },
    })),
  });
});

async function written(format: "csv" | "jsonl", filter: object = {}): Promise<string> {
  const parts = writeExport(format, feedbackExport, await exportFeedback(ctx, { chatflowId, ...filter }));
  return (await Array.fromAsync(parts)).join("");
}

test("ratings are listed newest first with their question, a page at a time, there and back", async () => {
  const first = await listFeedback(ctx, { chatflowId });
  expect(first.items).toHaveLength(feedbackPerPage);
  expect(first.items[0]).toMatchObject({ question: `Q${count - 1}`, rating: "THUMBS_UP", sessionId: "s" });
  expect(first.previous).toBeNull();
  const second = await listFeedback(ctx, { chatflowId, after: first.next ?? "" });
  expect(second.items.map(({ question }) => question)).toEqual(["Q4", "Q3", "Q2", "Q1", "Q0"]);
  expect(second.next).toBeNull();
  expect(await listFeedback(ctx, { chatflowId, before: second.previous ?? "" })).toMatchObject({ items: first.items });
});

test("filters leave one rating, or some days; what is malformed is dropped", async () => {
  const bad = await listFeedback(ctx, { chatflowId, rating: "THUMBS_DOWN", to: "2026-01-01T00:08:00Z" });
  expect(bad.items.map(({ question }) => question)).toEqual(["Q5", "Q0"]);
  const odd = { chatflowId, rating: "GOOD" as "THUMBS_UP", from: "yesterday", after: "x" };
  expect((await listFeedback(ctx, odd)).items).toHaveLength(feedbackPerPage);
});

test("a comment is no formula in CSV (ASVS 1.2.10), and an export has every rating once", async () => {
  const [head, ...lines] = (await written("csv")).trimEnd().split("\r\n");
  expect(head).toBe("time,rating,comment,question,answer,session_id,prediction_id,id");
  expect(lines).toHaveLength(count);
  expect(lines.at(-1)).toContain(",THUMBS_DOWN,'=HYPERLINK(1),Q0,");
  const documents = (await written("jsonl", { rating: "THUMBS_DOWN" })).trimEnd().split("\n");
  expect(documents).toHaveLength(Math.ceil(count / 5));
  expect(JSON.parse(documents.at(-1) ?? "")).toMatchObject({ comment: "=HYPERLINK(1)", question: "Q0" });
});
