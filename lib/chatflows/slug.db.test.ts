import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { getChatflow } from "@/lib/chatflows/read";
import { createChatflow, updateChatflow } from "@/lib/chatflows/service";
import { slugOf } from "@/lib/chatflows/slug";
import type { Context } from "@/lib/context";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase({ emptyBeforeEach: false, changesSchema: true });
const engine = { kind: "knowledge", memoryTurns: 0 } as const;
const uuid = "0193a0f0-0000-7000-8000-000000000001";
let ctx: Context;
beforeAll(async () => {
  ctx = await operatorContext(db);
});

const names: [name: string, slug: string][] = [
  ["Support", "support"],
  ["Flowlatch guide", "flowlatch-guide"],
  ["  Öffnungszeiten & Café №2! ", "offnungszeiten-cafe-no2"],
  ["ＡＣＭＥ K", "acme-k"],
  ["support!", "support-2"],
  ["support 2", "support-2-2"],
  ["support?", "support-3"],
  ["日本語", "chatflow"],
  ["—", "chatflow-2"],
  ["İstanbul ẞ", "istanbul"],
  [`${"x".repeat(62)}㏂`, `${"x".repeat(62)}a`],
  [uuid, `chatflow-${uuid}`],
];

async function slugs(): Promise<[string, string][]> {
  const rows = await db.prisma.chatflow.findMany({ orderBy: { createdAt: "asc" }, select: { name: true, slug: true } });
  return rows.map(({ name, slug }) => [name, slug]);
}

test("a chatflow's slug is its name in ASCII, unique in its workspace, and the migration gives the same", async () => {
  for (const [index, [name]] of names.entries()) {
    await createChatflow({ ...ctx, now: new Date(1_700_000_000_000 + index) }, { name, engine });
  }
  const expected = names.map(([name, slug]) => [name.trim(), slug]);
  expect(await slugs()).toEqual(expected);

  const file = path.resolve("prisma/migrations/20261126030000_chatflow_slug/migration.sql");
  const [backfill = ""] = /^DO \$\$.*^\$\$;/ms.exec(readFileSync(file, "utf8")) ?? [];
  await db.pool.query(`ALTER TABLE chatflow ALTER COLUMN slug DROP NOT NULL; UPDATE chatflow SET slug = NULL`);
  await db.pool.query(backfill);
  expect(await slugs()).toEqual(expected);
});

test("another workspace may have the same slug, and renaming changes none", async () => {
  const other = await operatorContext(db);
  const { id } = await createChatflow(other, { name: "Support", engine });
  expect(await getChatflow(other, id)).toMatchObject({ slug: "support" });
  await updateChatflow(other, { id, version: 1, name: "Help", engine });
  expect(await getChatflow(other, id)).toMatchObject({ name: "Help", slug: "support" });
});

test("chatflows made at once do not meet at one slug", async () => {
  const other = await operatorContext(db);
  const made = await Promise.all(["Sales", "Sales!", "Sales?"].map((name) => createChatflow(other, { name, engine })));
  const found = await Promise.all(made.map(({ id }) => getChatflow(other, id)));
  expect(found.map(({ slug }) => slug).sort()).toEqual(["sales", "sales-2", "sales-3"]);
});

test("a chatflow that the version before this one makes gets a slug of its own", async () => {
  const { workspaceId } = ctx.actor;
  const row = (name: string) =>
    db.pool.query(
      `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, created_at, updated_at)
       VALUES ($1, $2, $3, $3, '{}', now(), now()) RETURNING slug`,
      [newId(), workspaceId, name],
    );
  const [{ slug }] = (await row("old")).rows as [{ slug: string }];
  expect(slug).toMatch(/^chatflow-[0-9a-f-]{36}$/);
  expect(slugOf(slug)).toBe(slug);
});
