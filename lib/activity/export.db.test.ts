import { beforeEach, expect, test } from "vitest";
import { exportActivity } from "@/lib/activity/export";
import { activityExport } from "@/lib/activity/formats";
import { createApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { type ExportFormat, writeExport } from "@/lib/export/formats";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
let ctx: Context;
beforeEach(async () => {
  ctx = await operatorContext(db);
});

async function written(format: ExportFormat, input: Parameters<typeof exportActivity>[1] = {}): Promise<string> {
  let text = "";
  for await (const part of writeExport(format, activityExport, exportActivity(ctx, input))) text += part;
  return text;
}

test.each(["=1+1", "+1", "-1", "@SUM(A1)"])("a name such as %s is no formula in CSV (ASVS 1.2.10)", async (name) => {
  await createApiKey(ctx, { name });
  const [head, line] = (await written("csv")).split("\r\n");
  expect(head).toBe("time,actor_kind,actor_id,actor,action,target_kind,target_id,target,detail,address,request_id");
  expect(line).toContain(`,'${name},`);
});

test("commas and quotes of a name stay within their field", async () => {
  await createApiKey(ctx, { name: 'Shop, "the new one"' });
  expect(await written("csv")).toContain(',"Shop, ""the new one""",');
});

test("JSON Lines hold each event as one document, filtered as the page is", async () => {
  await createApiKey(ctx, { name: "A" });
  await createApiKey(ctx, { name: "B" });
  const lines = (await written("jsonl", { search: "B" }))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([{ action: "api_key.created", target: { name: "B" }, actor: { kind: "operator" } }]);
});

test("an export has every event once, over many batches, and none of another workspace", async () => {
  const stranger = await operatorContext(db);
  for (const [workspaceId, count] of [
    [ctx.actor.workspaceId, 1_201],
    [stranger.actor.workspaceId, 10],
  ] as const) {
    await db.pool.query(
      `INSERT INTO audit_event (id, workspace_id, at, actor_kind, actor_name, action, target_kind, target_id, target_name, detail, request_id)
       SELECT gen_random_uuid(), $1, timestamptz '2026-01-01' + (n / 10) * interval '1 second', 'system', 'Command line',
              'api_key.created', 'api_key', gen_random_uuid(), 'Key ' || n, '{}', 'request-' || n
       FROM generate_series(1, $2) n`,
      [workspaceId, count],
    );
  }
  const ids = (await written("jsonl"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(ids).toHaveLength(1_201);
  expect(new Set(ids).size).toBe(1_201);
});

test("nothing but its head is in an empty export", async () => {
  expect(await written("jsonl")).toBe("");
});
