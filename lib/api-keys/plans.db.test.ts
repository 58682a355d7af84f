import { beforeAll, describe, expect, test } from "vitest";
import { countAttention } from "@/lib/api-keys/attention";
import { listApiKeys } from "@/lib/api-keys/list";
import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { generateToken, parseToken } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import type { Context } from "@/lib/context";
import { encodeCursor } from "@/lib/db/keyset";
import { newId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { keptPlansOf, plansOf } from "@/lib/testing/explain";
import { createWorkspace, systemContext } from "@/lib/testing/fixtures";
import { flowiseToken } from "@/lib/testing/flowise-token";

const db = await testDatabase({ emptyBeforeEach: false });
let ctx: Context;

/** Two workspaces and enough rows for statistics; the names' order has nothing to do with their ages. */
beforeAll(async () => {
  ctx = await systemContext(db);
  for (const workspaceId of [ctx.actor.workspaceId, await createWorkspace(db)]) {
    await db.pool.query(
      `INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_at, last_used_at)
       SELECT gen_random_uuid(), $1, name, name, left(md5(name), 4), timestamptz '2026-01-01' + n * interval '1 minute',
              CASE WHEN n % 3 > 0 THEN timestamptz '2026-02-01' + (n * 7919 % 5000) * interval '1 second' END
       FROM (SELECT n, (ARRAY['website', 'billing', 'partner'])[1 + n % 3] || ' ' || n AS name
             FROM generate_series(1, 5000) n) named`,
      [workspaceId],
    );
  }
  await db.pool.query("VACUUM ANALYZE api_key");
});

const id = newId();
const time = "2026-01-02 00:00:00+00";

describe("a page of keys is read along its order's index, and nothing is sorted but the page", () => {
  test.each([
    ["api_key_workspace_id_created_at_id_idx", {}],
    ["api_key_workspace_id_created_at_id_idx", { after: encodeCursor([time, id]) }],
    ["api_key_workspace_id_created_at_id_idx", { before: encodeCursor([time, id]) }],
    ["api_key_by_name", { sort: "name" }],
    ["api_key_by_name", { sort: "name", direction: "desc", after: encodeCursor(["partner 7", id]) }],
    ["api_key_last_used", { sort: "used" }],
    ["api_key_last_used", { sort: "used", direction: "asc", after: encodeCursor(["-infinity", id]) }],
  ] as const)("%s: %j", async (index, input) => {
    const [page] = await plansOf(db.pool, () => listApiKeys(ctx, input));
    expect(page).toMatch(new RegExp(`Index (Only )?Scan.* using ${index} on api_key`));
    expect(page).not.toContain("Seq Scan on api_key");
    expect(page).not.toMatch(/Sort Key: k_1\.(created_at|last_used_at)/);
  });
});

describe("a search that finds little goes to the index that knows where", () => {
  test.each([
    ["api_key_name_key_trgm", "777 7"],
    ["api_key_name_key_trgm", "zzqqzz"],
    ["api_key_name_key_short_parts", "qz"],
    ["api_key_name_key_short_parts", "é"],
    ["api_key_workspace_id_last_four_idx", "a1B2"],
    ["api_key_workspace_id_last_four_idx", "flk_…a1B2"],
  ])("%s: “%s”", async (index, search) => {
    const plans = [
      ...(await plansOf(db.pool, () => listApiKeys(ctx, { search }))),
      ...(await plansOf(db.pool, () => listApiKeys(ctx, { search, sort: "name" }))),
      ...(search.startsWith("flk") || index.includes("four")
        ? []
        : await plansOf(db.pool, () => searchApiKeyOptions(ctx, { search }))),
    ];
    for (const plan of plans) {
      expect(plan).toContain(`Bitmap Index Scan on ${index}`);
      expect(plan).not.toContain("Seq Scan on api_key");
    }
  });
});

test("a search that finds much, in the order of names, reads the way to it from the index alone", async () => {
  const [page] = await plansOf(db.pool, () => listApiKeys(ctx, { search: "site", sort: "name" }));
  expect(page).toContain("Index Only Scan using api_key_by_name");
  const [options] = await plansOf(db.pool, () => searchApiKeyOptions(ctx, { search: "site" }));
  expect(options).toContain("Index Only Scan using api_key_by_name");
});

describe("keys that need attention are found and counted without reading all of them", () => {
  test.each([
    ["exposed", "api_key_exposed"],
    ["expired", "api_key_expires_at"],
    ["expiring", "api_key_expires_at"],
    ["imported", "api_key_imported"],
  ] as const)("%s", async (attention, index) => {
    for (const plan of await plansOf(db.pool, () => listApiKeys(ctx, { attention }))) {
      expect(plan).toContain(index);
      expect(plan).not.toContain("Seq Scan on api_key");
    }
  });

  test("the counts", async () => {
    const [plan] = await plansOf(db.pool, () => countAttention(ctx));
    expect(plan).not.toMatch(/Seq Scan on api_key k/);
  });
});

test.each([
  ["id", newId(), "chatflow_pkey"],
  ["slug", "flowlatch-guide", "chatflow_workspace_id_slug_key"],
])(
  "a call that names its chatflow by %s is decided by indexes, whatever the number of keys and chatflows",
  async (_, chatflowId, index) => {
    for (const token of [generateToken(), parseToken(flowiseToken())]) {
      expect(token).not.toBeNull();
      const call = { chatflowId, token, sessionId: null, address: null };
      const [plan] = await plansOf(db.pool, () => verifyCall(db, call, new Date()).catch(() => {}));
      expect(plan).toContain("api_key_secret_digest_key");
      expect(plan).toContain("Index Scan using chatflow_pkey on chatflow c");
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/Seq Scan on (api_key|chatflow)/);
    }
  },
);

test("the plan that a connection keeps for calls looks digests up one by one, before the tables were ever counted", async () => {
  const call = { chatflowId: newId(), token: generateToken(), sessionId: null, address: null };
  const [plan] = await keptPlansOf(db.pool, () => verifyCall(db, call, new Date()).catch(() => {}));
  expect(plan?.match(/Index Scan using api_key_secret_digest_key/g)).toHaveLength(2);
  expect(plan).toContain("Index Scan using chatflow_pkey on chatflow c");
  expect(plan).not.toMatch(/Seq Scan/);
});
