import { listActivity } from "@/lib/activity/list";
import { listApiKeys } from "@/lib/api-keys/list";
import { generateToken } from "@/lib/api-keys/token";
import { verifyCall } from "@/lib/api-keys/verify";
import type { Database } from "@/lib/db/client";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { median, quantile, spread, table } from "./figures.ts";
import type { Servers } from "./servers.ts";

const sizes = [1_000, 100_000, 1_000_000];
const rounds = 5;
const samples = 300;

/** Keys with a token and an event of their making each, so that there are as many as are asked for. */
async function fill(db: Database, workspaceId: string, from: number, to: number): Promise<void> {
  const range = [workspaceId, from + 1, to];
  await db.pool.query({
    text: `WITH made AS (
      INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_at)
      SELECT gen_random_uuid(), $1, name, name, left(md5(name), 4), now() - n * interval '1 second'
      FROM (SELECT n, (ARRAY['website', 'billing', 'partner'])[1 + n % 3] || ' ' || n AS name
            FROM generate_series($2::int, $3::int) n) named RETURNING id)
      INSERT INTO api_key_secret (id, api_key_id, digest, last_four, created_at)
      SELECT gen_random_uuid(), id, decode(md5(id::text) || md5(id::text || 'b'), 'hex'), 'abcd', now() FROM made`,
    values: range,
    // Not the thirty seconds of everything else.
    ...{ query_timeout: 600_000 },
  });
  await db.pool.query({
    text: `INSERT INTO audit_event (id, workspace_id, at, action, actor_kind, actor_name, target_kind, target_id, target_name, detail, request_id)
           SELECT gen_random_uuid(), $1, now() - n * interval '1 second', 'api_key.created', 'system', 'Bench', 'api_key', gen_random_uuid(), 'n ' || n, '{}', 'bench'
           FROM generate_series($2::int, $3::int) n`,
    values: range,
    ...{ query_timeout: 600_000 },
  });
  // What was filled in is written to disk now, and not while the pages are measured.
  for (const text of ["VACUUM ANALYZE", "CHECKPOINT"]) await db.pool.query({ text, ...{ query_timeout: 600_000 } });
}

async function timesOf(run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** What many keys cost: a call, and the pages of the dashboard. */
export async function bySize(db: Database, { provider }: Servers): Promise<string> {
  const { ctx, chatflowId, key } = await createModelChatflow(db, provider.url);
  const { workspaceId } = ctx.actor;
  const call = { chatflowId, sessionId: null, address: null };
  const token = key.token as Parameters<typeof verifyCall>[1]["token"];
  const measures: [string, () => Promise<unknown>, number][] = [
    ["verification, a good token", () => verifyCall(db, { ...call, token }, new Date()), 0.5],
    [
      "verification, an unknown token",
      () => refusal(verifyCall(db, { ...call, token: generateToken() }, new Date())),
      0.5,
    ],
    ["keys page, p95", () => listApiKeys(ctx, {}), 0.95],
    ["search for a key, p95", () => listApiKeys(ctx, { search: "ner 77" }), 0.95],
    ["activity page, p95", () => listActivity(ctx, {}), 0.95],
  ];
  const figures = measures.map(() => [] as number[][]);
  let size = 0;
  for (const next of sizes) {
    await fill(db, workspaceId, size, next);
    size = next;
    for (const [, run] of measures) await timesOf(run);
    for (const [at, [, run, share]] of measures.entries()) {
      const of: number[] = [];
      for (let round = 0; round < rounds; round++) of.push(quantile(await timesOf(run), share));
      figures[at]?.push(of);
    }
  }
  const rows = measures.map(([name], at) => {
    const each = figures[at] ?? [];
    const first = median(each[0] ?? []);
    return [
      name,
      ...each.flatMap((of) => [median(of).toFixed(2), (median(of) / first).toFixed(2)]),
      spread(each.at(-1) ?? [], 2),
    ];
  });
  const head = ["", ...sizes.flatMap((count) => [count.toLocaleString("en"), "of 1,000"]), "spread at the last"];
  return `## By the number of keys

Milliseconds, one after the other, median of ${rounds} rounds of ${samples}; a call's verification by its median, pages by their 95th percentile, both without HTTP around them.

${table([head, ...rows])}
`;
}

async function refusal(call: Promise<unknown>): Promise<void> {
  await call.catch(() => {});
}
