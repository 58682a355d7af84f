import { expect, test } from "vitest";
import { seedGuideChatflow } from "@/lib/chatflows/seed";
import { guideQuestions } from "@/lib/engines/knowledge/guide-questions";
import { searchPassages } from "@/lib/engines/knowledge/search";
import { testDatabase } from "@/lib/testing/database";
import { systemContext } from "@/lib/testing/fixtures";

const db = await testDatabase();

/** `running.md: Back up and restore the data` */
const nameOf = ({ document, heading }: { document: string; heading: string }) =>
  `${document}: ${heading.split(" › ").at(-1)}`;

test("of questions written from the guide alone, at least nine of ten find their passage among the first three", async () => {
  const ctx = await systemContext(db);
  const chatflow = await seedGuideChatflow(ctx);
  const missed: string[] = [];
  for (const [question, ...answeredBy] of guideQuestions) {
    const request = { workspaceId: ctx.actor.workspaceId, chatflowId: chatflow?.id ?? "", question, limit: 3 };
    const { found } = await searchPassages(db, request);
    if (!found.some((passage) => answeredBy.includes(nameOf(passage)))) {
      missed.push(`${question} found ${found.map(nameOf).join(", ") || "nothing"}`);
    }
  }
  expect(missed.length / guideQuestions.length, missed.join("\n")).toBeLessThanOrEqual(0.1);
});
