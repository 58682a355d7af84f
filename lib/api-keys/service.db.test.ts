import { expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();

test("creating a key returns a token once and stores only its digest", async () => {
  const ctx = await operatorContext(db, "editor");
  const { id, token } = await createApiKey(ctx, { name: "Website" });
  expect(token).toMatch(/^flk_[0-9A-Za-z]{49}$/);
  const dump = JSON.stringify([await db.prisma.apiKey.findMany(), await db.prisma.apiKeySecret.findMany()]);
  expect(dump).toContain(id);
  expect(dump).not.toContain(token.slice(4, -4));
});

test("each test starts on empty tables", async () => {
  expect(await db.prisma.auditEvent.count()).toBe(0);
  expect(await db.prisma.workspace.count()).toBe(0);
});

test("several clients at a time get their own answers", async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const { rows } = await db.pool.query(n % 2 ? "SELECT $1::int AS a" : "SELECT $1::text AS b, 1 AS c", [n]);
      return n % 2 ? rows[0].a === n && rows[0].b === undefined : rows[0].b === String(n);
    }),
  );
  expect(answers.every(Boolean)).toBe(true);
});
