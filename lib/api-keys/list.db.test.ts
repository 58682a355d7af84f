import { beforeAll, expect, test } from "vitest";
import { keysPerPage, listApiKeys } from "@/lib/api-keys/list";
import { keySorts } from "@/lib/api-keys/schema";
import { createApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase({ emptyBeforeEach: false });
const keyCount = 10_000;
/** Keys of the workspace that is paged through to its end, in every order and back. */
const pagedKeyCount = 2_000;
let ctx: Context;
let paged: Context;

/** Keys made in SQL: many share a creation time, a last use or none, so that only the id tells them apart. */
async function addKeys(to: Context, count: number): Promise<void> {
  await db.pool.query(
    `INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_at, last_used_at)
     SELECT gen_random_uuid(), $1, 'Key ' || n, 'key ' || n, lpad((n % 10000)::text, 4, 'x'),
            timestamptz '2026-01-01' + (n / 70) * interval '1 minute',
            CASE WHEN n % 3 = 0 THEN timestamptz '2026-02-01' + (n / 90) * interval '1 second' END
     FROM generate_series(1, $2::int) n`,
    [to.actor.workspaceId, count],
  );
}

beforeAll(async () => {
  ctx = await operatorContext(db);
  paged = await operatorContext(db);
  await addKeys(ctx, keyCount);
  await addKeys(paged, pagedKeyCount);
  await db.pool.query("ANALYZE api_key");
});

const columns = { created: "created_at", name: "name_key", used: "coalesce(last_used_at, '-infinity')" };

test.each(keySorts.flatMap((sort) => (["asc", "desc"] as const).map((direction) => ({ sort, direction }))))(
  "paging by $sort $direction visits every key once, in order, and the same way back",
  async ({ sort, direction }) => {
    const { rows } = await db.pool.query(
      `SELECT id FROM api_key WHERE workspace_id = $1 ORDER BY ${columns[sort]} ${direction}, id ${direction}`,
      [paged.actor.workspaceId],
    );
    const pages: string[][] = [];
    let page = await listApiKeys(paged, { sort, direction });
    expect(page.previous).toBeNull();
    for (;;) {
      pages.push(page.items.map(({ id }) => id));
      if (page.next === null) break;
      page = await listApiKeys(paged, { sort, direction, after: page.next });
    }
    expect(pages.flat()).toEqual(rows.map(({ id }) => id));
    expect(pages).toHaveLength(pagedKeyCount / keysPerPage);

    for (const expected of pages.slice(0, -1).reverse()) {
      page = await listApiKeys(paged, { sort, direction, before: page.previous ?? "missing" });
      expect(page.items.map(({ id }) => id)).toEqual(expected);
    }
    expect(page.previous).toBeNull();
  },
  120_000,
);

test("a cursor of one order is no cursor of another", async () => {
  const byName = await listApiKeys(ctx, { sort: "name" });
  for (const sort of ["created", "used"] as const) {
    expect((await listApiKeys(ctx, { sort, after: byName.next ?? "" })).items).toEqual(
      (await listApiKeys(ctx, { sort })).items,
    );
  }
});

test("newest first and by name from A are the orders without a direction", async () => {
  const newest = await listApiKeys(ctx);
  const [{ latest }] = (await db.pool.query("SELECT max(created_at) AS latest FROM api_key")).rows;
  expect(newest.items[0]?.createdAt).toEqual(latest);
  const byName = await listApiKeys(ctx, { sort: "name" });
  expect(byName.items.slice(0, 3).map(({ name }) => name)).toEqual(["Key 1", "Key 10", "Key 100"]);
});

test("a search finds any part of a name, whatever its case, and counts what it finds", async () => {
  const page = await listApiKeys(ctx, { search: " EY 7777 " });
  expect(page.items.map(({ name }) => name)).toEqual(["Key 7777"]);
  expect(page).toMatchObject({ count: 1, countIsCapped: false, next: null, previous: null });
  expect((await listApiKeys(ctx, { search: "key 99" })).count).toBe(1 + 10 + 100);
  expect(await listApiKeys(ctx, { search: "nothing like it" })).toMatchObject({ items: [], count: 0 });
});

test("a search by the token's last four finds its key, also in the masked form people paste", async () => {
  await db.pool.query("UPDATE api_key SET last_four = 'aZ9b' WHERE name = 'Key 4242'");
  for (const search of ["aZ9b", "flk_…aZ9b", `flk_${"0".repeat(45)}aZ9b`]) {
    expect((await listApiKeys(ctx, { search })).items.map(({ name }) => name)).toEqual(["Key 4242"]);
  }
  expect((await listApiKeys(ctx, { search: "az9b" })).items).toEqual([]);
});

test("the count says when it is capped", async () => {
  expect(await listApiKeys(ctx)).toMatchObject({ count: keyCount, countIsCapped: false });
  const extra = await createApiKey(ctx, { name: "One more" });
  expect(await listApiKeys(ctx)).toMatchObject({ count: keyCount, countIsCapped: true });
  await db.prisma.apiKey.delete({ where: { id: extra.id } });
});

test.each([
  "nonsense",
  "eyJhIjoxfQ",
  Buffer.from('["not a date","00000000-0000-4000-8000-000000000000"]').toString("base64url"),
])("the cursor %s, cut or edited, starts the list at its top", async (after) => {
  const first = await listApiKeys(ctx);
  expect((await listApiKeys(ctx, { after })).items).toEqual(first.items);
  expect((await listApiKeys(ctx, { before: after })).items).toEqual(first.items);
});

test("wildcards and quotes in a search are data", async () => {
  const own = await operatorContext(db);
  for (const name of ["100% off", "under_score", "back\\slash", "plain"]) await createApiKey(own, { name });
  const found = async (search: string) => (await listApiKeys(own, { search })).items.map(({ name }) => name);
  expect(await found("%")).toEqual(["100% off"]);
  expect(await found("_")).toEqual(["under_score"]);
  expect(await found("\\")).toEqual(["back\\slash"]);
  expect(await found("' OR '1'='1")).toEqual([]);
  expect(await found("pl%in")).toEqual([]);
});

test("one or two characters, wherever they stand in a name, find it", async () => {
  const own = await operatorContext(db);
  const name = "Zahlung 支付宝 v2";
  await createApiKey(own, { name });
  const characters = [...name.toLowerCase()];
  const texts = [...characters, ...characters.slice(1).map((next, at) => `${characters[at]}${next}`)];
  for (const search of texts.filter((text) => text.trim() === text)) {
    expect((await listApiKeys(own, { search })).items, search).toHaveLength(1);
  }
  for (const search of ["q", "ha", "宝支", "2v"]) expect((await listApiKeys(own, { search })).items).toEqual([]);
});

test("a key is listed with its chatflows and maker, and without digest or token", async () => {
  const { ctx: own, chatflowId, key } = await createGuardedChatflow(db);
  const { items } = await listApiKeys(own);
  expect(items).toEqual([
    {
      id: key.id,
      name: "Website",
      lastFour: key.token.slice(-4),
      tokenSource: null,
      createdAt: own.now,
      createdBy: own.actor.name,
      lastUsedAt: null,
      expiresAt: null,
      disabledAt: null,
      exposedAt: null,
      hasLiveToken: true,
      oldTokenStopsAt: null,
      chatflows: [{ id: chatflowId, name: "Support", isAssigned: true, isOnlyKey: true }],
      chatflowCount: 1,
    },
  ]);
});
