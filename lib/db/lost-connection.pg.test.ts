import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { toAppError } from "@/lib/errors";
import { testDatabase } from "@/lib/testing/database";

const db = await testDatabase();

test.each([
  ["between two statements of a transaction", 200],
  ["as the next statement is sent", 0],
])("a connection that is lost %s is told as a database that is away", async (_, pauseMs) => {
  const changed = db.prisma.$transaction(async (tx) => {
    const [own] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    await db.pool.query("SELECT pg_terminate_backend($1)", [own?.pid]);
    if (pauseMs) await sleep(pauseMs);
    await tx.workspace.count();
  });
  const error = await changed.catch((thrown: unknown) => thrown);
  expect(toAppError(error), String(error)).toMatchObject({ code: "database_unavailable" });
});
