import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { openingQuestion } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { databaseUrl } from "@/lib/testing/global-setup";
import { startSecondInstance } from "@/lib/testing/second-instance";

// docs/operate.md, "Back up and restore", step by step.

const db = await testDatabase();
const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-restore-"));
const restoredName = `flowlatch_restored_${newId().replaceAll("-", "")}`;
const restoredUrl = databaseUrl(db.url, restoredName);

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  const server = openDatabase(databaseUrl(db.url, "postgres"), 1);
  await server.pool.query(`DROP DATABASE IF EXISTS ${restoredName} WITH (FORCE)`);
  await closeDatabase(server);
});

test("restored into an empty database, yesterday's token works, and one that was revoked then does not", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const revoked = await createGuardedChatflow(db);
  await db.prisma.apiKey.update({ where: { id: revoked.key.id }, data: { disabledAt: new Date() } });

  const dump = path.join(directory, "flowlatch.dump");
  execFileSync("pg_dump", ["--format=custom", "--no-owner", `--file=${dump}`, db.url]);
  expect(readFileSync(dump).includes(key.token)).toBe(false);
  execFileSync("createdb", [`--maintenance-db=${databaseUrl(db.url, "postgres")}`, restoredName]);
  execFileSync("pg_restore", ["--no-owner", "--exit-on-error", `--dbname=${restoredUrl}`, dump]);

  const instance = await startSecondInstance(restoredUrl);
  const call = async (id: string, token: string) => {
    const response = await fetch(`${instance.url}/api/v1/prediction/${id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify({ question: openingQuestion }),
    });
    return [response.status, await response.json()];
  };
  expect(await call(chatflowId, key.token)).toMatchObject([200, { text: expect.stringMatching(/\w/) }]);
  expect(await call(revoked.chatflowId, revoked.key.token)).toMatchObject([401, { code: "invalid_token" }]);
  await instance.stop();

  // The trail came along, and is as unchangeable as before.
  const restored = openDatabase(restoredUrl, 1);
  const { rows } = await restored.pool.query("SELECT count(*)::int AS events FROM audit_event");
  expect(rows[0].events).toBe(await db.prisma.auditEvent.count());
  await expect(restored.pool.query("UPDATE audit_event SET action = 'x'")).rejects.toThrow();
  await closeDatabase(restored);
});
